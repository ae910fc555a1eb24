"""The defining engine: plain evaluation of what is known, and all completions where facts are absent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from rules.check.checked import CheckedPolicySet
from rules.engines.completions import over_completions
from rules.engines.evaluation import Evaluation
from rules.model.decision import Outcome
from rules.model.values import Value


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
