"""The set of completions that one path of the search stands for."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from rules.check.checked import CheckedPolicySet
from rules.engines.completions.linear import Constraint, Interval, Linear, feasible
from rules.engines.completions.symbols import Choice, Opaque, Symbol
from rules.model.bounds import bounds_of
from rules.model.types import BOOLEAN, DATE, Enum
from rules.model.values import Value


@dataclass(frozen=True, slots=True)
class Space:
    """All completions: for each absent fact its values, or its bounds and step."""

    facts: tuple[str, ...]
    finite: Mapping[str, frozenset[Value]]
    intervals: Mapping[str, Interval]
    steps: Mapping[str, Fraction | None]
    symbols: Mapping[str, Symbol]


def space_of(checked: CheckedPolicySet, absent: tuple[str, ...]) -> Space:
    """The space that these absent facts span."""
    finite: dict[str, frozenset[Value]] = {}
    intervals: dict[str, Interval] = {}
    steps: dict[str, Fraction | None] = {}
    symbols: dict[str, Symbol] = {}
    for name in absent:
        fact = checked.fact(name)
        found = bounds_of(fact)
        if isinstance(fact.type, Enum) or fact.type == BOOLEAN:
            values = fact.type.values if isinstance(fact.type, Enum) else (True, False)
            finite[name], symbols[name] = frozenset(values), Choice(name)
        elif found is not None:
            form = Linear(((name, Fraction(1)),), Fraction(0), "date" if fact.type == DATE else "number")
            intervals[name] = Interval(Fraction(found.low), Fraction(found.high))
            steps[name] = None if found.step is None else Fraction(found.step)
            symbols[name] = form
        else:
            symbols[name] = Opaque(name, frozenset({name}))
    return Space(absent, finite, intervals, steps, symbols)


@dataclass(frozen=True, slots=True)
class Region:
    """Completions that agree on every question asked so far.

    Each fact alone has its values (`finite`) or its `intervals`; `joint` are constraints on several facts
    together; `opaque` are answers to questions that nothing more is known about.
    """

    finite: Mapping[str, frozenset[Value]]
    intervals: Mapping[str, Interval]
    joint: tuple[Constraint, ...]
    opaque: Mapping[Hashable, tuple[bool, frozenset[str]]]


def may_meet(a: Region, b: Region, fact: str, apart: tuple[Constraint, ...] = ()) -> bool:
    """Whether a completion in `a` and one in `b` can differ in `fact` alone.

    `apart` are further constraints, in which `b`'s value of the fact is called `copy_of(fact)`.
    """
    for name, values in a.finite.items():
        if name != fact and not values & b.finite[name]:
            return False
    for key, (answer, facts) in a.opaque.items():
        if fact not in facts and key in b.opaque and b.opaque[key][0] != answer:
            return False
    intervals: dict[str, Interval] = {}
    for name, interval in a.intervals.items():
        other = b.intervals[name]
        if name == fact:
            intervals[copy_of(fact)] = other
        elif interval != other:
            interval = interval.meet(other)
            if interval.empty:
                return False
        intervals[name] = interval
    joint = {*a.joint, *(c.renamed(fact, copy_of(fact)) for c in b.joint), *apart}
    return not joint or feasible(joint, intervals)


def copy_of(fact: str) -> str:
    """The name of a fact's second value; no fact can be called so."""
    return fact + "'"
