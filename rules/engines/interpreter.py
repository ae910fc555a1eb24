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
        present = {name for name, value in facts.items() if value is not None}
        evaluation = Evaluation(self.checked, facts, as_of)
        outcomes: dict[str, Outcome] = {}
        for name in self.checked.closure(asked):
            if self.checked.rulesets[name].needs <= present:
                outcomes[name] = evaluation.outcome(name)
            else:
                outcomes[name] = over_completions(self.checked, name, facts, as_of)
        return outcomes
