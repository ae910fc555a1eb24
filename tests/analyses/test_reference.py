"""Generated books: the tables say what plain fractions say, whatever the order of the rows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analyses import reference
from tests.analyses.helpers import result

COUNT = settings(max_examples=30)


def cents(low: int, high: int) -> st.SearchStrategy[str]:
    def text(value: int) -> str:
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"

    return st.integers(low, high).map(text)


amounts = cents(-300, 700) | cents(-99_999_999_999_999, 99_999_999_999_999)
stocks = cents(0, 300) | cents(0, 99_999_999_999_999)
ids = st.text("ab-é客1", min_size=1, max_size=4)


def book(key: str, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = st.fixed_dictionaries({key: ids, **columns})
    return st.lists(row, min_size=1, max_size=12, unique_by=lambda r: r[key])


customers = book("customer", category=st.sampled_from(reference.CATEGORIES[:3]), sales=amounts)
wallets = book(
    "customer", sales=amounts, purchases=st.none() | stocks, opening_stock=st.none() | stocks,
    closing_stock=stocks, turnover=st.none() | st.integers(0, 9_999_999).map(lambda n: f"{n // 1000}.{n % 1000:03}"),
)  # fmt: skip
products = book(
    "product", sales=amounts, cost=amounts, opening_stock=stocks, closing_stock=stocks, target=st.none() | stocks
)
shares = st.integers(0, 1_000_000)


def part(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in expected[0]} for row in found]


def only(rows: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [{name: row[name] for name in names} for row in rows]


@COUNT
@given(customers, shares, shares, st.randoms(use_true_random=False))
def test_abc_class(rows: list[dict[str, Any]], one: int, other: int, random: Any) -> None:
    a, b = sorted((one, other))
    shares_ = {"abc_class_a_share": a, "abc_class_b_share": b}
    found = result("abc_class", rows, **shares_)
    expected = reference.abc_class(rows, Fraction(a, 10**6), Fraction(b, 10**6))
    assert part(found, expected) == expected
    assert sorted(row["customer"] for row in found) == sorted(row["customer"] for row in rows)
    random.shuffle(rows)
    assert result("abc_class", rows, **shares_) == found


@COUNT
@given(wallets, shares, st.randoms(use_true_random=False))
def test_share_of_wallet(rows: list[dict[str, Any]], floor: int, random: Any) -> None:
    found = result("share_of_wallet", rows, share_of_wallet_floor=floor)
    expected = reference.share_of_wallet(rows, Fraction(floor, 10**6))
    assert part(found, expected) == expected
    random.shuffle(rows)
    assert result("share_of_wallet", rows, share_of_wallet_floor=floor) == found


@COUNT
@given(st.integers(1, 4), st.data(), stocks)
def test_seasonal_target(years: int, data: st.DataObject, annual: str) -> None:
    sales = data.draw(st.lists(amounts, min_size=12 * years, max_size=12 * years))
    rows = [{"year": 2020 + place // 12, "month": place % 12 + 1, "sales": one} for place, one in enumerate(sales)]
    found = result("seasonal_target", rows, annual, season_years=years)
    expected = reference.seasonal_target(rows, Fraction(annual))
    assert part(found, expected) == expected
    if found[0]["target"] is not None:
        assert sum(Fraction(row["target"]) for row in found) == Fraction(annual)
    assert result("seasonal_target", rows[::-1], annual, season_years=years) == found


@COUNT
@given(products, st.randoms(use_true_random=False))
@pytest.mark.parametrize(
    ("name", "ranked_by", "columns"),
    [
        ("product_mix", "sales", ("sales", "target")),
        ("gross_margin", "gross_profit", ("sales", "cost")),
        ("turnover", "turnover", ("sales", "opening_stock", "closing_stock")),
        ("cross_ratio", "cross_ratio", ("sales", "cost", "opening_stock", "closing_stock")),
        ("contribution_ratio", "contribution_ratio", ("sales", "cost", "opening_stock", "closing_stock", "target")),
    ],
)
def test_products(name: str, ranked_by: str, columns: tuple[str, ...], rows: list[dict[str, Any]], random: Any) -> None:
    given_rows = only(rows, "product", *columns)
    found = result(name, given_rows)
    expected = reference.ranked(rows, ranked_by)
    assert [row["product"] for row in found] == [row["product"] for row in expected]
    for row, exact in zip(found, expected, strict=True):
        for column in row.keys() & {"share", "gross_margin", "turnover", "cross_ratio", "contribution_ratio"}:
            assert row[column] == reference.ratio(exact[column])
        if "actions" in row:
            assert row["actions"] == actions(name, exact, expected)
    random.shuffle(given_rows)
    assert result(name, given_rows) == found


def actions(name: str, product: dict[str, Any], ranked: list[dict[str, Any]]) -> list[str]:
    best = ranked[0]["contribution_ratio"]
    highest = best is not None and best > 0 and product["contribution_ratio"] == best
    missed = product["target"] is not None and product["sales"] < product["target"]
    promoted = ["promote_product"] if highest and name == "contribution_ratio" else []
    return promoted + (["explain_shortfall"] if missed else [])
