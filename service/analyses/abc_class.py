"""`abc_class` (第三条6-16): customers of a line of business in three classes by cumulative sales."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.model.policy import Bilingual
from service.analyses.base import Analysis, Parameters
from service.analyses.columns import MILLION, Column, Result
from service.analyses.labels import (
    CATEGORIES,
    CLAUSE,
    CUSTOMER,
    CUSTOMER_ID,
    RANK,
    REASON,
    SALES,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CATEGORY: Final = Bilingual("业种", "Category")
_CLASSES: Final = {
    "A": Bilingual("A类", "Class A"),
    "B": Bilingual("B类", "Class B"),
    "C": Bilingual("C类", "Class C"),
}

_RESULT: Final = f"""
CREATE TABLE result AS
WITH totals AS (SELECT category, sum(sales) AS total FROM book GROUP BY category),
ranked AS (
    SELECT category, customer, sales,
        row_number() OVER sorted AS rank,
        coalesce(sum(sales) OVER (sorted ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM book WINDOW sorted AS (PARTITION BY category ORDER BY sales DESC, customer)
)
SELECT category, rank, customer, sales,
    CASE WHEN total > 0 THEN ratio(sales, total) END AS share,
    before AS sales_before,
    CASE WHEN total > 0 THEN ratio(before + sales, total) END AS cumulative_share,
    CASE
        WHEN total <= 0 THEN 'C'
        WHEN before * {MILLION} < $a * total THEN 'A'
        WHEN before * {MILLION} < $b * total THEN 'B'
        ELSE 'C'
    END AS class,
    CASE WHEN total <= 0 THEN 'no_positive_total' END AS reason,
    '第三条16' AS clause
FROM ranked JOIN totals USING (category)
ORDER BY list_position($categories, category), rank
"""

_SUMMARY: Final = """
CREATE TABLE summary AS
WITH whole AS (SELECT sum(sales) AS total FROM book),
found AS (
    SELECT category, count(*) AS customers, sum(sales) AS sales,
        count(*) FILTER (class = 'A') AS class_a,
        count(*) FILTER (class = 'B') AS class_b,
        count(*) FILTER (class = 'C') AS class_c
    FROM result GROUP BY category
),
every AS (SELECT unnest($categories) AS category)
SELECT category, coalesce(customers, 0) AS customers, coalesce(sales, 0) AS sales,
    CASE WHEN total > 0 THEN ratio(coalesce(sales, 0), total) END AS share,
    coalesce(class_a, 0) AS class_a, coalesce(class_b, 0) AS class_b, coalesce(class_c, 0) AS class_c,
    '第三条4' AS clause
FROM every LEFT JOIN found USING (category) CROSS JOIN whole
ORDER BY list_position($categories, category)
"""


def _compute(connection: DuckDBPyConnection, parameters: Parameters) -> None:
    """Compared by cross-multiplication: before/total < a is before·10^6 < a·10^6·total."""
    categories = list(CATEGORIES)
    lines = {"a": parameters["abc_class_a_share"], "b": parameters["abc_class_b_share"]}
    connection.execute(_RESULT, {**lines, "categories": categories})
    connection.execute(_SUMMARY, {"categories": categories})


ABC_CLASS: Final = Analysis(
    name="abc_class",
    title=Bilingual("客户ABC分类", "ABC classes of customers"),
    clauses=("第三条2", "第三条4", "第三条14", "第三条15", "第三条16"),
    columns=(
        CUSTOMER_ID,
        Column("category", "enum", _CATEGORY, "第三条7", values=CATEGORIES),
        Column("sales", "money", SALES, "第三条14"),
    ),
    key=("customer",),
    parameters=("abc_class_a_share", "abc_class_b_share"),
    results=(
        Result("category", "enum", _CATEGORY, "第三条7", CATEGORIES),
        Result("rank", "integer", RANK, "第三条14"),
        Result("customer", "text", CUSTOMER, "第三条14"),
        Result("sales", "money", SALES, "第三条14"),
        Result("share", "ratio", Bilingual("占业种比重", "Share of category"), "第三条15"),
        Result("sales_before", "money", Bilingual("此前累计额", "Sales before it"), "第三条15"),
        Result("cumulative_share", "ratio", Bilingual("累计比重", "Cumulative share"), "第三条15"),
        Result("class", "enum", Bilingual("类别", "Class"), "第三条16", _CLASSES),
        REASON,
        CLAUSE,
    ),
    summary=(
        Result("category", "enum", _CATEGORY, "第三条2", CATEGORIES),
        Result("customers", "integer", Bilingual("客户数", "Customers"), "第三条2"),
        Result("sales", "money", SALES, "第三条2(2)"),
        Result("share", "ratio", Bilingual("占总额比重", "Share of all sales"), "第三条4"),
        Result("class_a", "integer", _CLASSES["A"], "第三条16"),
        Result("class_b", "integer", _CLASSES["B"], "第三条16"),
        Result("class_c", "integer", _CLASSES["C"], "第三条16"),
        CLAUSE,
    ),
    compute=_compute,
)
