"""`product_mix` (第四条10-15) and `gross_margin` (16-18): what sells, and what it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.model.policy import Bilingual
from service.analyses.base import Analysis, Duty, Parameters
from service.analyses.columns import Result
from service.analyses.labels import ACTIONS, CLAUSE, PRODUCT_ID, REASON
from service.analyses.product_columns import (
    COST,
    GROSS_PROFIT,
    MARGIN,
    MISSED,
    SHARE,
    SOLD,
    TARGET_SQL,
    WITHOUT,
    head,
    summary,
    summary_sql,
    target,
    targets,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MIX: Final = f"""
CREATE TABLE result AS
WITH ranked AS (
    SELECT *, sum(sales) OVER () AS total, row_number() OVER sorted AS rank,
        sum(sales) OVER (sorted ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running
    FROM book WINDOW sorted AS (ORDER BY sales DESC, product)
)
SELECT rank, product, sales,
    CASE WHEN total > 0 THEN ratio(sales, total) END AS share,
    CASE WHEN total > 0 THEN ratio(running, total) END AS cumulative_share,
    {TARGET_SQL},
    CASE WHEN total <= 0 THEN 'no_positive_total' END AS reason,
    CASE WHEN sales < target THEN ['explain_shortfall'] ELSE []::VARCHAR[] END AS actions,
    CASE WHEN target IS NULL THEN '第四条13' ELSE '第四条14' END AS clause
FROM ranked ORDER BY rank
"""

_MARGIN: Final = """
CREATE TABLE result AS
SELECT row_number() OVER (ORDER BY sales - cost DESC, product) AS rank, product, sales, cost,
    sales - cost AS gross_profit,
    CASE WHEN sales > 0 THEN ratio(sales - cost, sales) END AS gross_margin,
    CASE WHEN sales <= 0 THEN 'no_positive_sales' END AS reason,
    '第四条18' AS clause
FROM book ORDER BY rank
"""


def _mix(connection: DuckDBPyConnection, parameters: Parameters) -> None:
    connection.execute(_MIX)
    connection.execute(summary_sql("count(*) FILTER (NOT target_met) AS missed", "第四条12"))


def _margin(connection: DuckDBPyConnection, parameters: Parameters) -> None:
    connection.execute(_MARGIN)
    counted = "sum(gross_profit) AS gross_profit, count(*) FILTER (gross_margin IS NULL) AS without_ratio"
    connection.execute(summary_sql(counted, "第四条18"))


PRODUCT_MIX: Final = Analysis(
    name="product_mix",
    title=Bilingual("商品销售构成", "Sales by product"),
    clauses=("第四条11", "第四条12", "第四条13", "第四条14"),
    columns=(PRODUCT_ID, SOLD, target("第四条14")),
    key=("product",),
    results=(
        *head("第四条11"),
        SHARE,
        Result("cumulative_share", "ratio", Bilingual("累计比重", "Cumulative share"), "第四条13"),
        *targets("第四条14"),
        REASON,
        ACTIONS,
        CLAUSE,
    ),
    summary=summary(MISSED),
    compute=_mix,
    duties={"explain_shortfall": Duty("第四条14", {"product": "product", "amount": "shortfall"})},
)

GROSS_MARGIN: Final = Analysis(
    name="gross_margin",
    title=Bilingual("商品毛利", "Gross profit by product"),
    clauses=("第四条16", "第四条17", "第四条18"),
    columns=(PRODUCT_ID, SOLD, COST),
    key=("product",),
    results=(
        *head("第四条17"),
        Result("cost", "money", COST.label, "第四条16"),
        GROSS_PROFIT,
        MARGIN,
        REASON,
        CLAUSE,
    ),
    summary=summary(GROSS_PROFIT, WITHOUT),
    compute=_margin,
)
