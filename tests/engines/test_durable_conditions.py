"""Conditions of every kind mean on the Rete engine what they mean, and are decided there."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from rules.engines.durable.exclusive import exclusive
from tests.engines.durable_policies import Both, policy, rules, table

D = Decimal


def test_money_is_compared_by_multiplying_out() -> None:
    both = Both(policy(rules("owed < 0.90 * limit", "owed / 3 * 3 = owed", "owed in [0.90 * limit .. limit]")))
    assert both.held(owed=D("89.99"), limit=D("100.00")) == [0]  # a third of it has no end
    assert both.held(owed=D("90.00"), limit=D("100")) == [1, 2]
    assert both.held(owed=D("0.01"), limit=D("0.01")) == [2]


def test_null_makes_neither_a_test_nor_its_opposite_true() -> None:
    both = Both(policy(rules("cap < 3", "not(cap < 3)", "cap = null", 'mood != "a"', 'not(mood in ("a", "b"))')))
    assert both.held() == [2, 3, 4]
    assert both.held(cap=D(3), mood="b") == [1, 3]
    assert both.held(cap=D(2), mood="a") == [0]


def test_values_of_types_without_a_scale_are_ranked() -> None:
    both = Both(policy(rules("rate < 0.1", "rate = 0.1", "rate > 0.1", 'since >= date("2024-02-29")')))
    near = (D("0.099999999999999999"), D("0.100"), D("0.100000000000000001"))
    days = (dt.date(2024, 2, 28), dt.date(2024, 2, 29), dt.date(9999, 12, 31))
    found = [both.held(rate=rate, since=day) for rate, day in zip(near, days, strict=True)]
    assert found == [[0], [1, 3], [2, 3]]


def test_lists_functions_and_dates_are_computed_before_matching() -> None:
    both = Both(policy(rules(
        "count(items[n > 2]) >= 2", "some i in items satisfies i.n = 7", "as_of < since + duration(\"P1Y\")",
        "if flag then size > 5 else size <= 5", "years and months duration(since, as_of) >= duration(\"P2M\")",
    )))  # fmt: skip
    items = [{"n": D(3)}, {"n": D(7)}]
    assert both.held(items=items, since=dt.date(2026, 1, 1), flag=True, size=D(6)) == [0, 1, 2, 3, 4]
    assert both.held(items=[], since=dt.date(2024, 2, 29), flag=False, size=D(6)) == [4]


def test_many_alternatives_become_one_computed_condition() -> None:
    pairs = [f'(kind = "{k}" and size = {n})' for k in "abcd" for n in range(5)]
    both = Both(policy(rules(" or ".join(pairs), f"not({' or '.join(pairs)})")))
    assert both.held(kind="c", size=D(4)) == [0]
    assert both.held(kind="c", size=D(5)) == [1]


def test_cells_of_hundreds_of_values() -> None:
    values = ", ".join(str(n) for n in range(0, 2_000, 2))
    both = Both(policy(rules(f"size in ({values})", f"if flag then size in ({values}) else false")))
    assert both.held(size=D(1_998), flag=True) == [0, 1]
    assert both.held(size=D(1_999), flag=True) == []


def test_deep_expressions_are_handed_on_or_evaluated() -> None:
    deep = "if flag then 1 else " * 90 + "size"
    chain = "let: {v0: size, " + ", ".join(f"v{n}: v{n - 1} + 1" for n in range(1, 400)) + "}\n"
    assert Both(policy(rules(f"({deep}) = 1"))).held(flag=True, size=D(2)) == [0]
    both = Both(policy(rules("v399 = 400"), more=chain))
    both.decide(size=D(1))
    assert both.counting.asked == 1


@pytest.mark.parametrize("condition", ["owed / limit > 1", "items[1].n = 1", "max(items.n) > 0"])
def test_a_fault_counts_even_where_nothing_needs_the_value(condition: str) -> None:
    both = Both(policy(rules(f"({condition}) and cap < 0", "flag"), "FIRST", default="0"))
    found = both.decide(owed=D(1), limit=D(0), items=[], flag=True)
    assert found.status == "error"


def test_facts_that_are_not_what_they_should_be_are_handed_on() -> None:
    both = Both(policy(rules('kind = "a"', "size < 5")))
    for facts in ({"kind": "e", "size": D(1)}, {"kind": "a", "size": D("1.5")}, {"kind": "a", "size": D(10**20)}):
        both.decide(**facts)
    assert both.counting.asked == 3
    assert both.durable.decide(("r",), {"kind": "a", "size": D("1E+2")}, dt.date(2026, 1, 1))["r"].rules == ("R-0",)
    assert both.counting.asked == 3


def test_rules_that_cannot_hold_together_are_proved_so() -> None:
    from rules.engines.durable.conditions import Conditions
    from rules.engines.durable.extents import Extents
    from rules.engines.durable.linear import Linear
    from rules.engines.durable.lower import Lowering
    from rules.engines.durable.view import View

    def proved(*conditions: str) -> bool:
        checked = policy(rules(*conditions))
        view = View(checked, checked.rulesets["r"], {})
        return exclusive(Lowering(Conditions(view, Linear(Extents(view, {})))).lower(checked.rulesets["r"].rules))

    assert proved("owed < 0.9 * limit", "owed in [0.9 * limit .. limit]", "owed > limit")
    assert proved('kind = "a"', 'kind in ("b", "c")', 'not(kind in ("a", "b", "c"))')
    assert proved("size < 5", "size >= 5 and flag", "size >= 5 and not(flag)")
    assert not proved("owed <= limit", "owed >= limit")
    assert not proved("size < 5", "flag")


def test_unique_rules_that_overlap_are_a_conflict() -> None:
    both = Both(policy(rules("size < 5", "size > 3", "flag"), "UNIQUE"))
    assert both.decide(size=D(4), flag=False).status == "conflict"
    assert both.decide(size=D(9), flag=False).values == {"n": D(1)}
    assert both.decide(size=D(9), flag=True).rules == ("R-1", "R-2")


def test_table_cells_with_the_input_in_them() -> None:
    both = Both(
        policy(table(["size", "kind"], [["? > 3 and ? < 9", "-"], ["not(4)", '"a", "c"'], ["3, 5", 'not("a")']]))
    )
    assert both.held(size=D(5), kind="c") == [0, 1, 2]
    assert both.held(size=D(4), kind="a") == [0]
