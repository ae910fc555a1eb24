"""What the cases of a policy have tried: rules that fired and that did not, and the outcomes seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rules.check.checked import CheckedPolicySet, CheckedRuleset
from rules.model.decision import Outcome
from rules.model.types import Enum, ListType


@dataclass(frozen=True, slots=True)
class Tried:
    """One kind of thing to try: how many there are, and those that no case has tried."""

    said: str
    total: int
    missing: tuple[str, ...]
    said_of_missing: str

    def lines(self) -> Iterator[str]:
        """`rules fired by a case: 8 of 9`, and which one is missing."""
        yield f"{self.said}: {self.total - len(self.missing)} of {self.total}"
        if self.missing:
            yield f"{self.said_of_missing}: {', '.join(self.missing)}"


def coverage(checked: CheckedPolicySet, outcomes: Iterable[Mapping[str, Outcome]]) -> tuple[Tried, ...]:
    """What was tried, by all that decisions certainly came to."""
    certain = [
        (name, one)
        for decided in outcomes
        for name, one in decided.items()
        if one.status == "decided" and one.certain
    ]
    by_ruleset: dict[str, list[Outcome]] = {name: [] for name in checked.rulesets}
    for name, one in certain:
        by_ruleset[name].append(one)
    pairs = [(ruleset, by_ruleset[name]) for name, ruleset in checked.rulesets.items()]
    return (
        _tried("rules fired by a case", "never fired", (one for pair in pairs for one in _fired(*pair))),
        _tried("rules left out by a case", "fired every time", (one for pair in pairs for one in _left_out(*pair))),
        _tried("outcome values seen in a case", "never seen", (one for pair in pairs for one in _seen(*pair))),
    )


def percent(tried: Iterable[Tried]) -> float:
    """The share of all that there was to try."""
    listed = tuple(tried)
    total = sum(one.total for one in listed)
    return 100.0 * (1 - sum(len(one.missing) for one in listed) / total) if total else 100.0


def _tried(said: str, said_of_missing: str, found: Iterable[tuple[str, bool]]) -> Tried:
    listed = tuple(found)
    return Tried(said, len(listed), tuple(name for name, seen in listed if not seen), said_of_missing)


def _fired(ruleset: CheckedRuleset, outcomes: list[Outcome]) -> Iterator[tuple[str, bool]]:
    for rule in ruleset.rules:
        yield f"{rule.id} ({ruleset.name})", any(rule.id in one.rules for one in outcomes)


def _left_out(ruleset: CheckedRuleset, outcomes: list[Outcome]) -> Iterator[tuple[str, bool]]:
    """Rules that can be left out; one that never fired is not told twice."""
    for at, rule in enumerate(ruleset.rules):
        always = not rule.conditions and (at == 0 or ruleset.hit_policy != "FIRST")
        if not always:
            left_out = any(rule.id not in one.rules for one in outcomes)
            never_fired = not any(rule.id in one.rules for one in outcomes)
            yield f"{rule.id} ({ruleset.name})", left_out or never_fired


def _seen(ruleset: CheckedRuleset, outcomes: list[Outcome]) -> Iterator[tuple[str, bool]]:
    for name, output in ruleset.source.outputs.items():
        type_ = output.type.item if isinstance(output.type, ListType) else output.type
        if isinstance(type_, Enum):
            values = [one.values.get(name) for one in outcomes]
            seen = {item for value in values for item in (value if isinstance(value, list) else [value])}
            for value in type_.values:
                yield f"{name} = {value} ({ruleset.name})", value in seen
