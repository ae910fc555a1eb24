"""Linear forms over absent facts, and whether a set of linear constraints has a solution.

Exact rational arithmetic; Fourier-Motzkin elimination, which is small enough for the handful of
absent numeric facts that meet in one decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor, lcm
from typing import Final
from typing import Literal as OneOf

Kind = OneOf["number", "date", "days"]
FAR: Final = Fraction(10**40)
"""Beyond every bound that a fact can have."""


@dataclass(frozen=True, slots=True)
class Linear:
    """`sum(coefficient * fact) + constant`; dates count as ordinals, durations as days."""

    terms: tuple[tuple[str, Fraction], ...]
    constant: Fraction
    kind: Kind = "number"

    def plus(self, other: Linear, kind: Kind = "number") -> Linear:
        """The sum of two forms."""
        sums = dict(self.terms)
        for name, factor in other.terms:
            sums[name] = sums.get(name, Fraction(0)) + factor
        kept = tuple(sorted((n, f) for n, f in sums.items() if f))
        return Linear(kept, self.constant + other.constant, kind)

    def times(self, factor: Fraction) -> Linear:
        """The form scaled."""
        terms = tuple((n, f * factor) for n, f in self.terms) if factor else ()
        return Linear(terms, self.constant * factor, self.kind)

    def minus(self, other: Linear, kind: Kind = "number") -> Linear:
        """The difference of two forms."""
        return self.plus(other.times(Fraction(-1)), kind)

    def renamed(self, name: str, new: str) -> Linear:
        """The form with one fact under another name."""
        return Linear(tuple((new if n == name else n, f) for n, f in self.terms), self.constant, self.kind)


@dataclass(frozen=True, slots=True)
class Constraint:
    """`form <= 0`, or `form < 0` where strict."""

    form: Linear
    strict: bool

    def opposite(self) -> Constraint:
        """What holds exactly where this does not."""
        return Constraint(self.form.times(Fraction(-1)), not self.strict)

    def renamed(self, name: str, new: str) -> Constraint:
        """The constraint with one fact under another name."""
        return Constraint(self.form.renamed(name, new), self.strict)


@dataclass(frozen=True, slots=True)
class Interval:
    """The values that one fact may still have."""

    low: Fraction
    high: Fraction
    low_open: bool = False
    high_open: bool = False

    @property
    def empty(self) -> bool:
        """Whether no value is left."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def meet(self, other: Interval) -> Interval:
        """The values in both."""
        low, low_open = max((self.low, self.low_open), (other.low, other.low_open))
        high, closed = min((self.high, not self.high_open), (other.high, not other.high_open))
        return Interval(low, high, low_open, not closed)


def interval_of(constraint: Constraint, step: Fraction | None) -> Interval:
    """The values of one fact that satisfy a constraint on it alone, unbounded on the other side.

    With a step (cents, whole numbers, days) the end is moved to the nearest value that the fact can have,
    so that `x > 1.001` and `x < 1.009` leave nothing of money.
    """
    ((_, factor),) = constraint.form.terms
    end = -constraint.form.constant / factor
    if factor > 0:
        high, is_open = _stepped(end, step, constraint.strict)
        return Interval(-FAR, high, True, is_open)
    low, is_open = _stepped(-end, step, constraint.strict)
    return Interval(-low, FAR, is_open, True)


def _stepped(end: Fraction, step: Fraction | None, strict: bool) -> tuple[Fraction, bool]:
    if step is None:
        return end, strict
    whole = floor(end / step) * step
    return (whole - step if strict and whole == end else whole), False


Row = tuple[dict[str, int], int, bool]
"""`sum(coefficient * fact) + constant <= 0` (`< 0` where the last is true), scaled to whole numbers."""


def feasible(constraints: Iterable[Constraint], intervals: Mapping[str, Interval]) -> bool:
    """Whether some values within the intervals satisfy all constraints.

    Values are taken as rationals: where constraints join several facts the answer may be yes though only
    values off a fact's step would do, never no where a solution exists.
    """
    todo = [_row(c.form, c.strict) for c in constraints]
    mentioned = {name for terms, _, _ in todo for name in terms}
    todo += [row for name in mentioned for row in _limits(name, intervals[name])]
    while True:
        if any(constant > 0 or (strict and constant == 0) for terms, constant, strict in todo if not terms):
            return False
        todo = [row for row in todo if row[0]]
        if not todo:
            return True
        todo = _eliminate(_rarest(todo), todo)


def _row(form: Linear, strict: bool) -> Row:
    scale = lcm(form.constant.denominator, *(factor.denominator for _, factor in form.terms))
    return {name: int(factor * scale) for name, factor in form.terms}, int(form.constant * scale), strict


def _limits(name: str, interval: Interval) -> tuple[Row, Row]:
    low, high = interval.low, interval.high
    return (
        ({name: high.denominator}, -high.numerator, interval.high_open),
        ({name: -low.denominator}, low.numerator, interval.low_open),
    )


def _rarest(rows: list[Row]) -> str:
    counts: dict[str, int] = {}
    for terms, _, _ in rows:
        for name in terms:
            counts[name] = counts.get(name, 0) + 1
    return min(counts, key=lambda name: (counts[name], name))


def _eliminate(name: str, rows: list[Row]) -> list[Row]:
    uppers = [row for row in rows if row[0].get(name, 0) > 0]
    lowers = [row for row in rows if row[0].get(name, 0) < 0]
    rest = [row for row in rows if name not in row[0]]
    return rest + [_combined(name, upper, lower) for upper in uppers for lower in lowers]


def _combined(name: str, upper: Row, lower: Row) -> Row:
    """What follows from two rows when the fact between them is left out."""
    up, down = -lower[0][name], upper[0][name]
    terms = {other: factor * up for other, factor in upper[0].items()}
    for other, factor in lower[0].items():
        terms[other] = terms.get(other, 0) + factor * down
    kept = {other: factor for other, factor in terms.items() if factor}
    return kept, upper[1] * up + lower[1] * down, upper[2] or lower[2]
