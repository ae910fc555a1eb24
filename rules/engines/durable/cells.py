"""Cells: the numbers that a ruleset mentions cut its facts into finitely many, and in each one rule holds.

A sum of numbers matters only by its place among the numbers it is compared with, so the matcher sees that
place. Then the message has few values, and what the matcher said of one holds for every case of its cell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from rules.engines.durable.integers import HIGHEST, LOWEST, Integers
from rules.engines.durable.lower import Tests
from rules.engines.durable.properties import CellProperty, FormProperty, Property

MOST_CUTS: Final = 16
"""A number compared with more constants is given to the matcher as it is: its cells would rarely come again."""

MOST_KNOWN: Final = 4_096
"""Cells of one ruleset that are remembered; those that come later are matched every time."""

Cell = TypeVar("Cell")


def in_cells(alternatives: Sequence[Tests]) -> list[Tests]:
    """The tests of all alternatives of one network, of the place of a number in place of the number."""
    edges: dict[FormProperty, set[int]] = {}
    for tests in alternatives:
        for property_, allowed in tests.items():
            if isinstance(property_, FormProperty):
                edges.setdefault(property_, set()).update(_edges(allowed))
    cells: Mapping[Property, CellProperty] = {
        form: CellProperty(f"cell of {form.key}", form, tuple(sorted(cuts)))
        for form, cuts in edges.items()
        if len(cuts) <= MOST_CUTS
    }
    return [
        {cells.get(p, p): _placed(allowed, cells[p].cuts) if p in cells else allowed for p, allowed in tests.items()}
        for tests in alternatives
    ]


def remember(known: dict[Cell, int], cell: Cell, found: int) -> int:
    """Keep what was found for a cell, if there is room, and give it back. `known` may be shared by threads."""
    if len(known) < MOST_KNOWN:
        known[cell] = found
    return found


def _edges(allowed: Integers) -> set[int]:
    """The numbers at which the answer changes: each begins what lies above it."""
    begins = {first for first, _ in allowed.runs if first > LOWEST}
    return begins | {last + 1 for _, last in allowed.runs if last < HIGHEST}


def _placed(allowed: Integers, cuts: tuple[int, ...]) -> Integers:
    """The same set by the places of its numbers: a place is how many cuts are not above the number."""
    return Integers(
        tuple(
            (
                LOWEST if first == LOWEST else bisect_right(cuts, first),
                HIGHEST if last == HIGHEST else bisect_right(cuts, last + 1) - 1,
            )
            for first, last in allowed.runs
        )
    )
