"""The defining engine: plain evaluation of what is known, and all completions where facts are absent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from rules.check.checked import CheckedPolicySet
from rules.engines.answer import Unanswerable
from rules.engines.base import NearMisses
from rules.engines.completions import over_completions
from rules.engines.evaluation import Evaluation, Scope
from rules.model.decision import Outcome
from rules.model.values import Value
from rules.model.walk import conjuncts


class Interpreter:
    """The engine that the others are judged against."""

    name = "interpreter"

    def __init__(self, checked: CheckedPolicySet) -> None:
        self.checked = checked

    def decide(
        self, asked: tuple[str, ...], facts: Mapping[str, Value], as_of: dt.date
    ) -> dict[str, Outcome]:
        """See `Engine.decide`."""
        evaluation = Evaluation(self.checked, facts, as_of)
        return {name: self._outcome(name, facts, evaluation) for name in self.checked.closure(asked)}

    def decide_one(self, name: str, facts: Mapping[str, Value], as_of: dt.date) -> Outcome:
        """See `Engine.decide_one`."""
        return self._outcome(name, facts, Evaluation(self.checked, facts, as_of))

    def _outcome(self, name: str, facts: Mapping[str, Value], evaluation: Evaluation) -> Outcome:
        if all(facts.get(fact) is not None for fact in self.checked.rulesets[name].needs):
            return evaluation.outcome(name)
        return over_completions(self.checked, name, facts, evaluation.as_of)

    def near_misses(
        self, facts: Mapping[str, Value], as_of: dt.date, outcomes: Mapping[str, Outcome]
    ) -> dict[str, NearMisses]:
        """See `Engine.near_misses`."""
        return {
            name: self._near_misses(name, facts, as_of, outcome)
            for name, outcome in outcomes.items()
            if outcome.status == "decided"
        }

    def _near_misses(
        self, name: str, facts: Mapping[str, Value], as_of: dt.date, outcome: Outcome
    ) -> NearMisses:
        ruleset = self.checked.rulesets[name]
        if any(facts.get(fact) is None for fact in ruleset.needs):
            return None
        scope = Scope(Evaluation(self.checked, facts, as_of), ruleset)
        found: list[tuple[int, int]] = []
        try:
            for position, rule in enumerate(ruleset.rules):
                parts = [part for condition in rule.conditions for part in conjuncts(condition)]
                open_ = [index for index, part in enumerate(parts) if not scope.holds(part, "condition")]
                if len(open_) == 1 and rule.id not in outcome.rules:
                    found.append((position, open_[0]))
        except Unanswerable:
            return None
        return tuple(found)
