"""Private facts, and explanations without them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from rules.check.checked import CheckedPolicySet

SEALED: Final = "personal"
"""The member of an entry's content that holds what is sealed of it."""
_PRIVATE: Final = ("personal", "protected")
_VALUES: Final = ("value", "unknown", "items")

Json = dict[str, Any]


def private_facts(checked: CheckedPolicySet) -> frozenset[str]:
    """The facts whose sensitivity is personal or protected."""
    return frozenset(name for name, fact in checked.policy.facts.items() if fact.sensitivity in _PRIVATE)


def open_to_sight(content: Json, private: Iterable[str]) -> bool:
    """Whether the bytes of an entry show a private fact; what is sealed stands as null in its place."""
    facts = content.get("facts", {})
    return any(_at(facts, name) is not None for name in private)


def holds_private(content: Json, private: Iterable[str]) -> bool:
    """Whether an entry holds a private fact, sealed or not."""
    return SEALED in content or open_to_sight(content, private)


def masked(explanation: Json, private: Collection[str]) -> Json:
    """An explanation in which nothing is told of private facts, nor of what is computed from them."""
    return {**explanation, "rulesets": [_ruleset(one, private) for one in explanation["rulesets"]]}


def _ruleset(shown: Json, private: Collection[str]) -> Json:
    hidden = _hidden(shown["computed"], private)
    rules = [
        {**rule, "conditions": [{**one, "reads": _reads(one["reads"], hidden)} for one in rule["conditions"]]}
        for rule in shown["rules"]
    ]
    computed = [{**_told(one, hidden), "reads": _reads(one["reads"], hidden)} for one in shown["computed"]]
    return {**shown, "rules": rules, "computed": computed}


def _hidden(computed: Iterable[Json], private: Collection[str]) -> set[str]:
    """Private facts, and every computed fact that reads one, however many steps away."""
    hidden, reads = set(private), {one["name"]: {read["name"] for read in one["reads"]} for one in computed}
    while more := {name for name, read in reads.items() if name not in hidden and not read.isdisjoint(hidden)}:
        hidden |= more
    return hidden


def _reads(reads: Iterable[Json], hidden: Collection[str]) -> list[Json]:
    return [_told(one, hidden) for one in reads]


def _told(one: Json, hidden: Collection[str]) -> Json:
    if one["name"] not in hidden:
        return one
    return {**{name: value for name, value in one.items() if name not in _VALUES}, "masked": True}


def _at(facts: Any, name: str) -> Any:
    for step in name.split("."):
        facts = facts.get(step) if isinstance(facts, dict) else None
    return facts
