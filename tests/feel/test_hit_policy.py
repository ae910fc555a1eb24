"""Every hit policy: no hit, one, two that agree, two that do not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.engines.hit_policy import Aggregator, HitPolicy, Resolution, Row, resolve
from rules.model.values import Value

A: Row = {"status": "approved", "rate": "best"}
B: Row = {"status": "declined", "rate": "standard"}
C: Row = {"status": "approved", "rate": "standard"}
ORDER = {"status": ("declined", "approved"), "rate": ("standard", "best")}


def rows(*values: Value) -> list[Row]:
    """Rows of a table with one output."""
    return [{"n": Decimal(value) if isinstance(value, int) else value} for value in values]


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "PRIORITY", "FIRST"])
def test_single_policies(policy: HitPolicy) -> None:
    assert resolve(policy, None, [], ORDER) == Resolution((), ())
    assert resolve(policy, None, [A], ORDER) == Resolution((0,), (A,))


@pytest.mark.parametrize("policy", ["RULE ORDER", "OUTPUT ORDER", "COLLECT"])
def test_several_policies(policy: HitPolicy) -> None:
    assert resolve(policy, None, [], ORDER) == Resolution((), (), many=True)
    assert resolve(policy, None, [A], ORDER) == Resolution((0,), (A,), many=True)


def test_unique_is_a_conflict_of_two_even_if_they_agree() -> None:
    assert resolve("UNIQUE", None, [A, A], ORDER) == Resolution((), (), conflict=(0, 1))


def test_any_is_a_conflict_of_two_that_differ() -> None:
    assert resolve("ANY", None, [A, dict(A)], ORDER) == Resolution((0,), (A,))
    assert resolve("ANY", None, [A, A, B], ORDER) == Resolution((), (), conflict=(0, 1, 2))
    assert resolve("ANY", None, rows(None, None), {}).conflict == ()
    assert resolve("ANY", None, rows(1, "1"), {}).conflict == (0, 1)


def test_order_of_rules_and_of_outputs() -> None:
    assert resolve("FIRST", None, [A, B], ORDER).rows == (A,)
    assert resolve("RULE ORDER", None, [A, B, C], ORDER).selected == (0, 1, 2)
    assert resolve("PRIORITY", None, [A, B, C], ORDER).selected == (1,)
    assert resolve("OUTPUT ORDER", None, [A, B, C], ORDER).selected == (1, 2, 0)


def test_a_value_without_priority_comes_last_and_equals_keep_the_order_of_rules() -> None:
    found = resolve("OUTPUT ORDER", None, rows(9, 1, 9, 2), {"n": (Decimal(2), Decimal(1))})
    assert found.selected == (3, 1, 0, 2)


@pytest.mark.parametrize(("aggregator", "expected"), [("SUM", 6), ("MIN", 1), ("MAX", 3), ("COUNT", 3)])
def test_aggregates(aggregator: Aggregator, expected: int) -> None:
    found = resolve("COLLECT", aggregator, rows(3, 1, 2), {})
    assert found == Resolution((0, 1, 2), ({"n": Decimal(expected)},))
    assert resolve("COLLECT", aggregator, [], {}) == Resolution((), ())


def test_an_aggregate_without_value_says_why() -> None:
    assert resolve("COLLECT", "SUM", rows(1, None), {}).fault == "SUM of a rule without a value"
    assert resolve("COLLECT", "MAX", rows(1, "a"), {}).rows == ({"n": None},)
    assert resolve("COLLECT", "MAX", rows(1, "a"), {}).fault
    assert resolve("COLLECT", "COUNT", rows(1, None), {}).rows == ({"n": Decimal(2)},)
