"""Values that depend on absent facts, as the search over completions sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rules.engines.completions.linear import Linear


@dataclass(frozen=True, slots=True)
class Choice:
    """An absent fact with finitely many values: an enum or a boolean."""

    fact: str


@dataclass(frozen=True, slots=True)
class Shifted:
    """An absent date moved by calendar months."""

    date: Linear
    months: int


@dataclass(frozen=True, slots=True)
class Opaque:
    """Anything else that depends on absent facts. Two are equal where `key` is: it spells out what it is."""

    key: Any
    facts: frozenset[str] = field(repr=False)


Symbol = Choice | Linear | Shifted | Opaque
SYMBOLS = (Choice, Linear, Shifted, Opaque)


def facts_in(value: object) -> frozenset[str]:
    """The absent facts that a value depends on."""
    match value:
        case Choice(fact):
            return frozenset({fact})
        case Linear(terms):
            return frozenset(name for name, _ in terms)
        case Shifted(date):
            return facts_in(date)
        case Opaque(_, facts):
            return facts
    return frozenset()
