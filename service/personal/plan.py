"""What of a decision is personal under one policy, and what of that is recorded at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from rules.analysis.carried import carried, sensitive
from rules.check.checked import CheckedPolicySet
from service.personal.members import Steps, value_at

Json = dict[str, Any]


class Parts(NamedTuple):
    """Places in what an entry holds: those to seal, and those not to record."""

    sealed: tuple[Steps, ...]
    dropped: tuple[Steps, ...]


class Plan:
    """The personal parts of the decisions of one policy."""

    def __init__(self, checked: CheckedPolicySet) -> None:
        self._sensitive = sensitive(checked)
        self._carried = carried(checked)
        self._read = {name: self._sensitive & _facts(checked, name) for name in checked.rulesets}

    def concerns(self, facts: Mapping[str, Any]) -> bool:
        """Whether any of the facts, by their dotted names, is about a person."""
        return not self._sensitive.isdisjoint(facts)

    def parts(self, content: Json) -> Parts:
        """The personal parts of what an entry would hold.

        A fact about a person that no ruleset of the decision reads is not recorded. Where none is recorded,
        nothing can have come out of one.
        """
        read = frozenset().union(*(self._read[name] for name in content["outcomes"]))
        given = [(name, ("facts", *name.split("."))) for name in sorted(self._sensitive)]
        there = [(name, steps) for name, steps in given if value_at(content, steps) is not None]
        sealed = tuple(steps for name, steps in there if name in read)
        dropped = tuple(steps for name, steps in there if name not in read)
        return Parts((*sealed, *self._results(content)) if sealed else (), dropped)

    def _results(self, content: Json) -> Iterator[Steps]:
        """What came out of such facts, as values or in words."""
        for name, outcome in content["outcomes"].items():
            for output in sorted(self._carried.outputs[name]):
                if outcome["values"].get(output) is not None:
                    yield "outcomes", name, "values", output
            if outcome["status"] == "error" and self._read[name]:
                yield "outcomes", name, "detail"  # a fault quotes what it could not read
        for position, duty in enumerate(content["required_actions"]):
            for steps in self._of_duty(duty):
                yield "required_actions", position, *steps
        if "disagreements" in content:
            yield ("disagreements",)

    def _of_duty(self, duty: Json) -> Iterator[Steps]:
        asked = dict.fromkeys((reason["ruleset"], duty["action"]) for reason in duty["reasons"])
        if duty["due"] is not None and not self._carried.deadlines.isdisjoint(asked):
            yield ("due",)
        arguments: Iterable[str] = frozenset().union(*(self._carried.arguments.get(key, ()) for key in asked))
        for name in sorted(arguments):
            if duty["params"].get(name) is not None:
                yield "params", name


def _facts(checked: CheckedPolicySet, ruleset: str) -> frozenset[str]:
    """All facts that a ruleset reads, itself or through others."""
    return frozenset().union(*(checked.rulesets[name].facts for name in checked.closure((ruleset,))))
