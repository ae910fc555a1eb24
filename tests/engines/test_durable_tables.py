"""Tables of 10 to 5,000 rows against a plain Python look-up, however their rows overlap."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from rules.engines.durable import DurableEngine
from rules.engines.durable.limits import LEAF_ALTERNATIVES, MAX_MATCHING_NODES
from tests.engines.durable_policies import AS_OF, Both, policy, table

Row = tuple[str | None, int, int]
"""The kind, None for any, and the counts from and below."""


class Nobody:
    """Stands behind the engine to show that nothing is handed on."""

    name = "nobody"

    def decide_one(self, *arguments: object) -> None:
        raise AssertionError("the decision was handed on")


def cells(row: Row) -> list[str]:
    kind, low, high = row
    return ["-" if kind is None else f'"{kind}"', f"[{low}..{high})"]


def held(rows: list[Row], kind: str, count: int) -> list[int]:
    return [n for n, (k, low, high) in enumerate(rows) if k in (None, kind) and low <= count < high]


def grid(size: int) -> list[Row]:
    """Every row a cell of its own."""
    return [("abcd"[n % 4], n // 4 * 10, n // 4 * 10 + 10) for n in range(size)]


def nested(size: int) -> list[Row]:
    """Rows one inside the other, a quarter of them for any kind."""
    return [("abcd"[n % 4] if n % 4 else None, n, 2 * size - n) for n in range(size)]


def scattered(size: int) -> list[Row]:
    """Rows anywhere, a fifth of them for any kind; the checker lets none be inside an earlier one."""
    chance = random.Random(size)
    rows: list[Row] = []
    while len(rows) < size:
        kind, low = chance.choice(["a", "b", "c", "d", None]), chance.randrange(10 * size)
        high = low + chance.randrange(1, 300)
        if not any(k in (None, kind) and a <= low and high <= b for k, a, b in rows):
            rows.append((kind, low, high))
    return rows


@pytest.mark.parametrize("size", [10, 200, 1_000, pytest.param(5_000, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("shape", [grid, scattered])
@pytest.mark.parametrize("hit_policy", ["FIRST", "RULE ORDER"])
def test_look_up(size: int, shape: type, hit_policy: str) -> None:
    rows: list[Row] = shape(size)
    engine = DurableEngine(policy(table(["kind", "size"], [cells(r) for r in rows]), hit_policy), Nobody())  # type: ignore[arg-type]
    chance = random.Random(1)
    for _ in range(300):
        _, low, high = chance.choice(rows)
        kind, count = chance.choice("abcd"), max(0, chance.choice([low - 1, low, high - 1, high]))
        found = engine.decide(("r",), {"kind": kind, "size": Decimal(count)}, AS_OF)["r"].values["n"]
        expected = held(rows, kind, count)
        assert found == (expected if hit_policy == "RULE ORDER" else expected[0] if expected else -1)


def test_more_rules_may_hold_at_once_than_one_network_allows() -> None:
    size = 3 * MAX_MATCHING_NODES
    rows = nested(size)
    both = Both(policy(table(["kind", "size"], [cells(r) for r in rows])))
    assert both.held(kind="b", size=Decimal(size)) == held(rows, "b", size)
    assert len(held(rows, "b", size)) > LEAF_ALTERNATIVES


def test_rows_that_nothing_divides_are_tried_in_runs() -> None:
    columns = [f"size > {n} or flag" for n in range(4 * LEAF_ALTERNATIVES)]
    rows = [["true" if n == i else "-" for n in range(len(columns))] for i in range(len(columns))]
    both = Both(policy(table(columns, rows)))
    assert both.held(size=Decimal(50), flag=False) == list(range(50))
    assert both.held(size=Decimal(0), flag=True) == list(range(len(columns)))
