"""Cells: a number's place among the constants says as much as the number, and what is remembered stays right."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules.engines.durable import cells
from rules.engines.durable.integers import HIGHEST, LOWEST, Integers, of_runs
from rules.engines.durable.linear import Form
from rules.engines.durable.properties import CellProperty, FormProperty

NUMBER = FormProperty("n", Form("n", ()))
bounds = st.integers(-20, 20)
runs = st.lists(st.tuples(bounds | st.just(LOWEST), bounds | st.just(HIGHEST)), min_size=1, max_size=3)


@given(st.lists(runs.map(of_runs), min_size=1, max_size=4), st.integers(-25, 25))
def test_a_place_is_allowed_where_the_number_is(tests: list[Integers], number: int) -> None:
    turned = cells.in_cells([{NUMBER: allowed} for allowed in tests])
    for allowed, found in zip(tests, turned, strict=True):
        ((property_, places),) = found.items()
        assert isinstance(property_, CellProperty)
        assert (bisect_right(property_.cuts, number) in places) == (number in allowed)


def test_a_number_with_many_cuts_is_left_as_it_is() -> None:
    tests: list[Any] = [{NUMBER: Integers(((n, n),))} for n in range(0, 2 * cells.MOST_CUTS, 2)]
    assert cells.in_cells(tests) == tests


def test_what_is_remembered_is_bounded() -> None:
    known: dict[Decimal, int] = {}
    found = [cells.remember(known, Decimal(n), n) for n in range(cells.MOST_KNOWN + 10)]
    assert found == list(range(cells.MOST_KNOWN + 10))
    assert len(known) == cells.MOST_KNOWN
