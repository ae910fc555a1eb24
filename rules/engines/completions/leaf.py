"""The end of one path: the outcome that all completions of a region share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rules.engines.completions.linear import Constraint, Linear
from rules.engines.completions.region import Region, copy_of, may_meet
from rules.engines.completions.symbols import SYMBOLS, Opaque
from rules.model.decision import Outcome
from rules.model.values import Value

PART = "part"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A region, its outcome, and the outcome taken apart: a fixed shape and the parts that may vary."""

    region: Region
    outcome: Outcome
    shape: Any
    parts: tuple[Value, ...]
    name: str
    """The outcome as text: the same for two leaves with the same outcome."""
    symbolic: bool
    """Whether the outcome depends on absent facts even within the region."""


def leaf_of(region: Region, outcome: Outcome) -> Leaf:
    """A leaf; which rules fired is no part of the outcome, what they say and require is."""
    parts: list[Value] = []
    required = sorted({(a.action, repr((a.arguments, a.due))): a for a in outcome.actions}.items())
    shape = (
        outcome.status,
        tuple((name, _shape(value, parts)) for name, value in sorted(outcome.values.items())),
        tuple((action.action, _shape([*action.arguments, action.due], parts)) for _, action in required),
    )
    symbolic = any(not isinstance(p, Linear) or p.terms for p in parts)
    return Leaf(region, outcome, shape, tuple(parts), repr((shape, parts)), symbolic)


def _shape(value: Value, parts: list[Value]) -> Any:
    match value:
        case Decimal():
            parts.append(Linear((), Fraction(value)))
            return PART
        case list() | tuple():
            return tuple(_shape(item, parts) for item in value)
        case dict():
            return tuple((key, _shape(item, parts)) for key, item in sorted(value.items()))
    if isinstance(value, SYMBOLS):
        parts.append(value)
        return PART
    return value


def separates(a: Leaf, b: Leaf, fact: str) -> bool:
    """Whether a completion in `a` and one in `b` that differ in `fact` alone have different outcomes."""
    if not (a.symbolic or b.symbolic):
        return a.name != b.name and may_meet(a.region, b.region, fact)
    if a.shape != b.shape:
        return may_meet(a.region, b.region, fact)
    return any(may_meet(a.region, b.region, fact, apart) for apart in _apart(a, b, fact))


def _apart(a: Leaf, b: Leaf, fact: str) -> Iterator[tuple[Constraint, ...]]:
    """Constraints under each of which the two outcomes differ in one of their parts."""
    for left, right in zip(a.parts, b.parts, strict=True):
        if isinstance(left, Linear) and isinstance(right, Linear):
            gap = left.minus(right.renamed(fact, copy_of(fact)))
            if gap.terms:
                yield (Constraint(gap, True),)
                yield (Constraint(gap.times(Fraction(-1)), True),)
            elif gap.constant:
                yield ()
        elif not (isinstance(left, Opaque) and left == right and fact not in left.facts):
            yield ()
