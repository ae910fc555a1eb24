"""Sets of integers: what a condition allows one encoded property to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LOWEST: Final = -(10**19)
HIGHEST: Final = 10**19
"""Beyond every encoded value: they stand for "no bound"."""

Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Integers:
    """A set of integers as its runs (first, last), in order, none touching the next."""

    runs: tuple[Run, ...]

    def __contains__(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.runs)

    def __and__(self, other: Integers) -> Integers:
        met = (
            (max(a, c), min(b, d)) for a, b in self.runs for c, d in other.runs if max(a, c) <= min(b, d)
        )  # fmt: skip
        return of_runs(met)

    def __or__(self, other: Integers) -> Integers:
        return of_runs((*self.runs, *other.runs))

    @property
    def empty(self) -> bool:
        """Whether nothing is in it."""
        return not self.runs

    def complement(self) -> Integers:
        """All integers that are not in it."""
        gaps: list[Run] = []
        start = LOWEST
        for first, last in self.runs:
            gaps.append((start, first - 1))
            start = last + 1
        gaps.append((start, HIGHEST))
        return of_runs(gaps)

    def within(self, domain: Run) -> Integers:
        """The same set as far as `domain` goes; a run that reaches an end of it has no bound there."""
        low, high = domain
        met = self & between(low, high)
        return Integers(tuple((LOWEST if a == low else a, HIGHEST if b == high else b) for a, b in met.runs))


def of_runs(runs: Iterable[Run]) -> Integers:
    """The union of the runs; an empty run (first after last) adds nothing."""
    merged: list[Run] = []
    for first, last in sorted(run for run in runs if run[0] <= run[1]):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return Integers(tuple(merged))


def between(first: int, last: int) -> Integers:
    """The integers from first to last, both included."""
    return of_runs([(first, last)])


def these(numbers: Iterable[int]) -> Integers:
    """Exactly these integers."""
    return of_runs((n, n) for n in numbers)


EVERYTHING: Final = between(LOWEST, HIGHEST)
NOTHING: Final = Integers(())
