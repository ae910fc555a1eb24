"""`turnover` (第四条19-24), `cross_ratio` (25-26) and `contribution_ratio` (27-28): what stock earns.

With g gross profit, s sales, o and c opening and closing stock, T the sales of all products:
turnover is 2s/(o+c), cross ratio 2g/(o+c), contribution 2gs/((o+c)T). T is the same for all products, so
ranking needs only 2gs/(o+c).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.model.policy import Bilingual
from service.analyses.base import Analysis, Duty, Parameters
from service.analyses.columns import Result
from service.analyses.labels import ACTIONS, CLAUSE, PRODUCT_ID, REASON
from service.analyses.product_columns import (
    AVERAGE_STOCK,
    CLOSING,
    COST,
    CROSS,
    GROSS_PROFIT,
    MARGIN,
    MISSED,
    OPENING,
    SHARE,
    SOLD,
    TARGET_SQL,
    TURNOVER_RATIO,
    WITHOUT,
    head,
    summary,
    summary_sql,
    target,
    targets,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_STOCK: Final = "opening_stock + closing_stock"

_TURNOVER: Final = f"""
CREATE TABLE result AS
WITH known AS (SELECT *, {_STOCK} AS stock FROM book),
ordered AS (SELECT *, CASE WHEN stock > 0 THEN exact_order(2 * sales, stock) END AS score FROM known)
SELECT row_number() OVER (ORDER BY score DESC NULLS LAST, product) AS rank, product, sales,
    stock * 5 AS average_stock,
    CASE WHEN stock > 0 THEN ratio(2 * sales, stock) END AS turnover,
    CASE WHEN stock = 0 THEN 'zero_stock' END AS reason,
    '第四条24' AS clause
FROM ordered ORDER BY rank
"""

_CROSS: Final = f"""
CREATE TABLE result AS
WITH known AS (SELECT *, {_STOCK} AS stock, sales - cost AS gross_profit FROM book),
ordered AS (
    SELECT *, CASE WHEN stock > 0 AND sales > 0 THEN exact_order(2 * gross_profit, stock) END AS score
    FROM known
)
SELECT row_number() OVER (ORDER BY score DESC NULLS LAST, product) AS rank, product, sales, gross_profit,
    CASE WHEN sales > 0 THEN ratio(gross_profit, sales) END AS gross_margin,
    stock * 5 AS average_stock,
    CASE WHEN stock > 0 THEN ratio(2 * sales, stock) END AS turnover,
    CASE WHEN score IS NOT NULL THEN ratio(2 * gross_profit, stock) END AS cross_ratio,
    CASE WHEN sales <= 0 THEN 'no_positive_sales' WHEN stock = 0 THEN 'zero_stock' END AS reason,
    '第四条26' AS clause
FROM ordered ORDER BY rank
"""

_CONTRIBUTION: Final = f"""
CREATE TABLE result AS
WITH known AS (
    SELECT product, sales, target, {_STOCK} AS stock, sales - cost AS gross_profit,
        sum(sales) OVER () AS total,
        total > 0 AND sales > 0 AND stock > 0 AS has_ratio,
        2 * gross_profit::HUGEINT * sales AS earned
    FROM book
),
ordered AS (SELECT *, CASE WHEN has_ratio THEN exact_order(earned, stock) END AS score FROM known),
ranked AS (
    SELECT *, row_number() OVER (ORDER BY score DESC NULLS LAST, product) AS rank,
        score = max(score) OVER () AND gross_profit > 0 AS highest
    FROM ordered
)
SELECT rank, product, sales,
    CASE WHEN total > 0 THEN ratio(sales, total) END AS share,
    CASE WHEN sales > 0 AND stock > 0 THEN ratio(2 * gross_profit, stock) END AS cross_ratio,
    CASE WHEN has_ratio THEN ratio(earned, stock * total) END AS contribution_ratio,
    {TARGET_SQL},
    CASE
        WHEN total <= 0 THEN 'no_positive_total'
        WHEN sales <= 0 THEN 'no_positive_sales'
        WHEN stock = 0 THEN 'zero_stock'
    END AS reason,
    list_concat(
        CASE WHEN highest THEN ['promote_product'] ELSE []::VARCHAR[] END,
        CASE WHEN sales < target THEN ['explain_shortfall'] ELSE []::VARCHAR[] END
    ) AS actions,
    CASE WHEN highest THEN '第四条32' WHEN sales < target THEN '第四条30' ELSE '第四条28' END AS clause
FROM ranked ORDER BY rank
"""


def _turnover(connection: DuckDBPyConnection, parameters: Parameters) -> None:
    connection.execute(_TURNOVER)
    connection.execute(summary_sql("count(*) FILTER (turnover IS NULL) AS without_ratio", "第四条24"))


def _cross(connection: DuckDBPyConnection, parameters: Parameters) -> None:
    connection.execute(_CROSS)
    connection.execute(summary_sql("count(*) FILTER (cross_ratio IS NULL) AS without_ratio", "第四条26"))


def _contribution(connection: DuckDBPyConnection, parameters: Parameters) -> None:
    connection.execute(_CONTRIBUTION)
    counted = (
        "count(*) FILTER (NOT target_met) AS missed,"
        "count(*) FILTER (contribution_ratio IS NULL) AS without_ratio"
    )
    connection.execute(summary_sql(counted, "第四条28"))


TURNOVER: Final = Analysis(
    name="turnover",
    title=Bilingual("商品周转率", "Stock turnover"),
    clauses=("第四条20", "第四条21", "第四条22", "第四条23", "第四条24"),
    columns=(PRODUCT_ID, SOLD, OPENING, CLOSING),
    key=("product",),
    results=(*head("第四条24"), AVERAGE_STOCK, TURNOVER_RATIO, REASON, CLAUSE),
    summary=summary(WITHOUT),
    compute=_turnover,
)

CROSS_RATIO: Final = Analysis(
    name="cross_ratio",
    title=Bilingual("交叉比率", "Cross ratio"),
    clauses=("第四条18", "第四条24", "第四条26"),
    columns=(PRODUCT_ID, SOLD, COST, OPENING, CLOSING),
    key=("product",),
    results=(
        *head("第四条26"),
        GROSS_PROFIT,
        MARGIN,
        AVERAGE_STOCK,
        TURNOVER_RATIO,
        CROSS,
        REASON,
        CLAUSE,
    ),
    summary=summary(WITHOUT),
    compute=_cross,
)

CONTRIBUTION_RATIO: Final = Analysis(
    name="contribution_ratio",
    title=Bilingual("贡献比率", "Contribution ratio"),
    clauses=("第四条26", "第四条28", "第四条30", "第四条32"),
    columns=(PRODUCT_ID, SOLD, COST, OPENING, CLOSING, target("第四条30")),
    key=("product",),
    results=(
        *head("第四条28"),
        SHARE,
        CROSS,
        Result("contribution_ratio", "ratio", Bilingual("贡献比率", "Contribution ratio"), "第四条28"),
        *targets("第四条30"),
        REASON,
        ACTIONS,
        CLAUSE,
    ),
    summary=summary(MISSED, WITHOUT),
    compute=_contribution,
    duties={
        "promote_product": Duty("第四条32", {"product": "product"}),
        "explain_shortfall": Duty("第四条30", {"product": "product", "amount": "shortfall"}),
    },
)
