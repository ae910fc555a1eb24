"""The analyses once more, plain and slow, in fractions: what the tables are judged against."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]
CATEGORIES = ("parts_dealer", "international_dealer", "regional_appliance", "regional_exclusive",
              "regional_bulk", "regional_other", "other")  # fmt: skip


def money(value: Fraction | None) -> str | None:
    return None if value is None else _fixed(round(value * 100), 2)


def ratio(value: Fraction | None) -> str | None:
    if value is None:
        return None
    text = _fixed(round(value * 10**6), 6).rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _fixed(whole: int, places: int) -> str:
    sign, digits = "-" if whole < 0 else "", str(abs(whole)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def number(row: Row, name: str) -> Fraction:
    return Fraction(row[name])


def given(row: Row, name: str) -> Fraction | None:
    return None if row.get(name) is None else Fraction(row[name])


def divided(a: Fraction, b: Fraction) -> Fraction | None:
    return a / b if b > 0 else None


def abc_class(book: Sequence[Row], a: Fraction, b: Fraction) -> list[dict[str, Any]]:
    found = []
    for category in CATEGORIES:
        mine = [row for row in book if row["category"] == category]
        mine.sort(key=lambda row: (-number(row, "sales"), row["customer"]))
        total, before = sum((number(r, "sales") for r in mine), Fraction()), Fraction()
        for rank, row in enumerate(mine, start=1):
            sales = number(row, "sales")
            class_ = "C"
            if total > 0:
                class_ = "A" if before / total < a else "B" if before / total < b else "C"
            found.append({
                "category": category, "rank": rank, "customer": row["customer"], "class": class_,
                "share": ratio(divided(sales, total)), "sales_before": money(before),
                "cumulative_share": ratio(divided(before + sales, total)),
            })  # fmt: skip
            before += sales
    return found


def share_of_wallet(book: Sequence[Row], floor: Fraction) -> list[dict[str, Any]]:
    found = []
    for row in sorted(book, key=lambda r: (-number(r, "sales"), r["customer"])):
        sales, purchases = number(row, "sales"), given(row, "purchases")
        o, c, turnover = (given(row, n) for n in ("opening_stock", "closing_stock", "turnover"))
        if purchases is None and o is not None and c is not None and turnover is not None:
            purchases = turnover * (o + c) / 2 + c - o
        share = None if purchases is None else divided(sales, purchases)
        short = share is not None and share < floor
        wanted = Fraction(math.ceil((floor * purchases - sales) * 100), 100) if short and purchases else None
        found.append({
            "customer": row["customer"], "purchases": money(purchases), "share_of_wallet": ratio(share),
            "shortfall": money(wanted), "actions": ["raise_share"] if short else [],
        })  # fmt: skip
    return found


def seasonal_target(book: Sequence[Row], annual: Fraction) -> list[dict[str, Any]]:
    sums = [sum((number(r, "sales") for r in book if r["month"] == m), Fraction()) for m in range(1, 13)]
    years = len({row["year"] for row in book})
    total = sum(sums)
    if total <= 0:
        return [{"month": m, "seasonal_index": None, "target": None} for m in range(1, 13)]
    indices = [(one / years) / (total / years / 12) * 100 for one in sums]
    exact = [annual * index / 1200 for index in indices]
    cents = [math.floor(one * 100) for one in exact]
    missing = int(annual * 100) - sum(cents)
    for _, place in sorted((cents[p] - exact[p] * 100, p) for p in range(12))[:missing]:
        cents[place] += 1
    return [
        {"month": m, "seasonal_index": ratio(i), "target": money(Fraction(c, 100))}
        for m, i, c in zip(range(1, 13), indices, cents, strict=True)
    ]


def products(book: Sequence[Row]) -> list[dict[str, Any]]:
    """Every figure of every product as a fraction, None where its base is not above zero."""
    total = sum((number(r, "sales") for r in book), Fraction())
    found = []
    for row in book:
        s, cost, o, c = (number(row, n) for n in ("sales", "cost", "opening_stock", "closing_stock"))
        share, margin, turnover = divided(s, total), divided(s - cost, s), divided(s, (o + c) / 2)
        cross = None if margin is None or turnover is None else margin * turnover
        contribution = None if cross is None or share is None else cross * share
        found.append({
            "product": row["product"], "sales": s, "share": share, "gross_profit": s - cost, "gross_margin": margin,
            "turnover": turnover, "cross_ratio": cross, "contribution_ratio": contribution,
            "target": given(row, "target"),
        })  # fmt: skip
    return found


def ranked(book: Sequence[Row], by: str) -> list[dict[str, Any]]:
    """The products by a figure, highest first, those without it last, ties by product."""
    return sorted(products(book), key=lambda p: (p[by] is None, -(p[by] or 0), p["product"]))
