"""`seasonal_target` (第四条1-9): seasonal indices of the months, and the annual target spread by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rules.model.policy import Bilingual
from service.analyses import messages
from service.analyses.base import Analysis, Parameters
from service.analyses.columns import MILLION, Column, Result
from service.analyses.faults import Found
from service.analyses.labels import CLAUSE, REASON, SALES
from service.problems import MOST_FAULTS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MONTHS: Final = range(1, 13)

_RESULT: Final = """
CREATE TABLE result AS SELECT * FROM (
    SELECT unnest($months) AS month, unnest($sales::HUGEINT[]) AS sales,
        unnest($indices::HUGEINT[]) AS seasonal_index, unnest($targets::HUGEINT[]) AS target,
        unnest($reasons::VARCHAR[]) AS reason, '第四条9' AS clause)
"""
_SUMMARY: Final = """
CREATE TABLE summary AS SELECT $first AS first_year, $last AS last_year, $total::HUGEINT AS sales,
    $annual::HUGEINT AS annual_target, $allotted::HUGEINT AS allotted, '第四条3' AS clause
"""


def largest_remainder(amount: int, weights: Sequence[int]) -> list[int]:
    """Whole parts of an amount in proportion to the weights, whose sum is positive.

    Each is rounded down; what is left goes, one each, to the largest remainders, and of equal ones to the
    first. The parts add up to the amount.
    """
    total = sum(weights)
    parts = [divmod(amount * weight, total) for weight in weights]
    left = amount - sum(whole for whole, _ in parts)
    order = sorted(range(len(parts)), key=lambda place: (-parts[place][1], place))
    served = frozenset(order[:left])
    return [whole + (place in served) for place, (whole, _) in enumerate(parts)]


def half_even(n: int, d: int) -> int:
    """n/d to the nearest whole number, for d > 0; of two equally near the even one."""
    whole, rest = divmod(n, d)
    return whole + (2 * rest > d or (2 * rest == d and whole % 2 == 1))


def _compute(connection: DuckDBPyConnection, parameters: Parameters) -> None:
    read = connection.execute("SELECT year, month, sales FROM book").fetchall()
    years = _years({year for year, _, _ in read}, {(y, m) for y, m, _ in read}, parameters["season_years"])
    sales = [sum(amount for _, month, amount in read if month == wanted) for wanted in MONTHS]
    total, annual = sum(sales), parameters["annual_target"]
    found = _months(sales, annual)
    connection.execute(_RESULT, {"months": list(MONTHS), "sales": sales, **found})
    allotted = sum(found["targets"]) if total > 0 else None
    connection.execute(
        _SUMMARY,
        {"first": years[0], "last": years[-1], "total": total, "annual": annual, "allotted": allotted},
    )


def _months(sales: Sequence[int], annual: int) -> Mapping[str, Sequence[Any]]:
    """Index: a month's average over that of all months, times 100; the years cancel out."""
    total = sum(sales)
    if total <= 0:
        nothing = [None] * 12
        return {"indices": nothing, "targets": nothing, "reasons": ["no_positive_total"] * 12}
    return {
        "indices": [half_even(1200 * MILLION * amount, total) for amount in sales],
        "targets": largest_remainder(annual, sales),
        "reasons": ["negative_month" if amount < 0 else None for amount in sales],
    }


def _years(given: set[int], months: set[tuple[int, int]], needed: int) -> list[int]:
    """The years of the book: exactly as many as the policy asks for, without a gap, every month of them."""
    found = Found(MOST_FAULTS)
    if len(given) < needed:
        found.add(None, "year", messages.too_few_years(len(given), needed))
    first = max(given) - needed + 1
    for year in sorted(year for year in given if year < first):
        found.add(None, "year", messages.more_years(year, first))
    years = [year for year in range(first, first + needed) if year in given or len(given) >= needed]
    for year in years:
        for month in MONTHS:
            if (year, month) not in months:
                found.add(None, "month", messages.missing_month(year, month))
    found.stop()
    return years


SEASONAL_TARGET: Final = Analysis(
    name="seasonal_target",
    title=Bilingual("季节指数与各月目标", "Seasonal indices and monthly targets"),
    clauses=("第四条2", "第四条3", "第四条6", "第四条7", "第四条8", "第四条9"),
    columns=(
        Column("year", "integer", Bilingual("年", "Year"), "第四条2", minimum=1900, maximum=2999),
        Column("month", "integer", Bilingual("月", "Month"), "第四条2", minimum=1, maximum=12),
        Column("sales", "money", SALES, "第四条2"),
    ),
    key=("year", "month"),
    options=(
        Column("annual_target", "money", Bilingual("年销售目标", "Annual target"), "第四条9", minimum=0),
    ),
    parameters=("season_years",),
    results=(
        Result("month", "integer", Bilingual("月", "Month"), "第四条2"),
        Result("sales", "money", Bilingual("历年合计", "Sales over the years"), "第四条3"),
        Result("seasonal_index", "ratio", Bilingual("季节指数", "Seasonal index"), "第四条7"),
        Result("target", "money", Bilingual("月目标", "Target"), "第四条9"),
        REASON,
        CLAUSE,
    ),
    summary=(
        Result("first_year", "integer", Bilingual("首年", "First year"), "第四条2"),
        Result("last_year", "integer", Bilingual("末年", "Last year"), "第四条2"),
        Result("sales", "money", SALES, "第四条3"),
        Result("annual_target", "money", Bilingual("年销售目标", "Annual target"), "第四条9"),
        Result("allotted", "money", Bilingual("各月目标合计", "Monthly targets together"), "第四条9"),
        CLAUSE,
    ),
    compute=_compute,
)
