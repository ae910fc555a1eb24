"""Sheets computed by hand: ties, zeros, returns, a single customer, an empty category, lines met exactly."""

from __future__ import annotations

from typing import Any

import pytest

from service.analyses.analyse import rows
from service.analyses.catalogue import ANALYSES
from service.analyses.columns import names
from tests.analyses.helpers import SHEETS, outcome, result, sheet


def book(name: str) -> list[dict[str, Any]]:
    own = f"{name}.csv"
    return sheet(own if (SHEETS / own).exists() else "products.csv", names(ANALYSES[name].columns))


def as_cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


@pytest.mark.parametrize("name", ANALYSES)
def test_the_sheet_comes_out_as_computed_by_hand(name: str) -> None:
    expected = sheet(f"{name}.expected.csv")
    found = [{column: as_cell(row[column]) for column in expected[0]} for row in result(name, book(name))]
    assert found == [{column: as_cell(value) for column, value in row.items()} for row in expected]


@pytest.mark.parametrize("name", ANALYSES)
def test_every_row_names_a_clause_of_the_source(name: str, checked: Any) -> None:
    analysis = ANALYSES[name]
    columns = (*analysis.columns, *analysis.options, *analysis.results, *analysis.summary)
    told = {clause for column in columns if (clause := column.clause)}
    told |= {duty.clause for duty in analysis.duties.values()} | set(analysis.clauses)
    found = outcome(name, book(name))
    told |= {row["clause"] for table in ("result", "summary") for row in rows(found, table)}
    assert told <= set(checked.policy.clauses)


def test_an_empty_category_is_in_the_summary() -> None:
    summary = {row["category"]: row for row in rows(outcome("abc_class", book("abc_class")), "summary")}
    assert list(summary) == list(ANALYSES["abc_class"].columns[1].values)
    assert (summary["other"]["customers"], summary["other"]["sales"], summary["other"]["share"]) == (0, "0.00", "0")
    assert summary["parts_dealer"] == {
        "category": "parts_dealer", "customers": 3, "sales": "100.00", "share": "0.338972",
        "class_a": 1, "class_b": 1, "class_c": 1, "clause": "第三条4",
    }  # fmt: skip


def test_equal_contributions_are_all_promoted() -> None:
    same = {"sales": "10.00", "cost": "5.00", "opening_stock": "1.00", "closing_stock": "1.00"}
    found = result("contribution_ratio", [{"product": name, **same} for name in "ba"])
    assert [(row["product"], row["actions"]) for row in found] == [
        ("a", ["promote_product"]), ("b", ["promote_product"]),
    ]  # fmt: skip


def test_a_loss_is_not_promoted() -> None:
    found = result("contribution_ratio", [
        {"product": "x", "sales": "10", "cost": "11", "opening_stock": "1", "closing_stock": "1"},
    ])  # fmt: skip
    assert (found[0]["contribution_ratio"], found[0]["actions"]) == ("-1", [])


def test_contributions_that_differ_in_the_28th_digit_are_told_apart() -> None:
    big = 99_999_999_999_999  # cents; n/(n+1) against (n-1)/n, both 1 when rounded
    def product(name: str, profit: int, stock: int) -> dict[str, str]:
        sales = f"{10**12 - 1}.99"
        cost = _cents(99_999_999_999_999 - profit)
        return {"product": name, "sales": sales, "cost": cost, "opening_stock": _cents(stock), "closing_stock": "0"}

    rows_ = [product("a", big - 2, big - 1), product("b", big - 1, big)]
    assert [row["product"] for row in result("cross_ratio", rows_)] == ["b", "a"]
    assert [row["product"] for row in result("contribution_ratio", rows_)] == ["b", "a"]


def test_the_largest_books_do_not_overflow() -> None:
    most = "999999999999.99"
    rows_ = [
        {"product": f"p{place}", "sales": most, "cost": f"-{most}", "opening_stock": "0.01", "closing_stock": "0"}
        for place in range(2000)
    ]
    found = result("contribution_ratio", rows_)
    assert found[0]["cross_ratio"] == "399999999999996"
    assert len({row["contribution_ratio"] for row in found}) == 1
    wallet = [{"customer": "x", "sales": most, "opening_stock": most, "closing_stock": most, "turnover": "999999"}]
    assert result("share_of_wallet", wallet)[0]["purchases"] == "999998999999990000.01"


def _cents(value: int) -> str:
    return f"{value // 100}.{value % 100:02}"
