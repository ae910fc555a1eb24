"""`share_of_wallet` (第三条17-28): our part in what a customer buys, told or estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rules.model.policy import Bilingual
from service.analyses.base import Analysis, Duty, Parameters
from service.analyses.columns import MILLION, Column, Result
from service.analyses.labels import ACTIONS, CLAUSE, CUSTOMER, CUSTOMER_ID, REASON, SALES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BASES: Final = {
    "told": Bilingual("客户告知", "Told"),
    "estimated": Bilingual("以库存和周转率推算", "Estimated from stock and turnover"),
}
_UNIT: Final = 2 * MILLION
"""Purchases are held in cents divided by this, in which the estimate is a whole number."""

_RESULT: Final = f"""
CREATE TABLE result AS
WITH known AS (
    SELECT *, sum(sales) OVER () AS total,
        CASE
            WHEN purchases IS NOT NULL THEN 'told'
            WHEN turnover IS NOT NULL AND opening_stock IS NOT NULL AND closing_stock IS NOT NULL THEN 'estimated'
        END AS basis,
        CASE basis
            WHEN 'told' THEN purchases::HUGEINT * {_UNIT}
            WHEN 'estimated' THEN turnover::HUGEINT * (opening_stock + closing_stock)
                + {_UNIT} * (closing_stock - opening_stock)::HUGEINT
        END AS units
    FROM book
),
judged AS (
    SELECT *,
        coalesce(units > 0 AND sales::HUGEINT * {_UNIT} * {MILLION} < $floor * units, false) AS below,
        CASE
            WHEN basis IS NULL THEN 'purchases_unknown'
            WHEN units <= 0 THEN 'no_purchases'
            WHEN sales::HUGEINT * {_UNIT} > units THEN 'sales_above_purchases'
        END AS reason
    FROM known
)
SELECT customer, sales,
    CASE WHEN total > 0 THEN ratio(sales, total) END AS share_of_sales,
    basis,
    half_even(units, {_UNIT}) AS purchases,
    CASE WHEN units > 0 THEN ratio(sales::HUGEINT * {_UNIT}, units) END AS share_of_wallet,
    CASE WHEN below THEN -floored(-$floor * units, {_UNIT}::HUGEINT * {MILLION}) - sales END AS shortfall,
    reason,
    CASE WHEN below THEN ['raise_share'] ELSE []::VARCHAR[] END AS actions,
    CASE WHEN basis IS NULL THEN '第三条18' WHEN units <= 0 THEN '第三条26' ELSE '第三条28' END AS clause
FROM judged
ORDER BY sales DESC, customer
"""

_SUMMARY: Final = """
CREATE TABLE summary AS
SELECT count(*) AS customers, sum(sales) AS sales,
    count(*) FILTER (len(actions) > 0) AS below_floor,
    count(*) FILTER (basis = 'estimated') AS estimated,
    count(*) FILTER (share_of_wallet IS NULL) AS unknown,
    '第三条28' AS clause
FROM result
"""


def _compute(connection: DuckDBPyConnection, parameters: Parameters) -> None:
    connection.execute(_RESULT, {"floor": parameters["share_of_wallet_floor"]})
    connection.execute(_SUMMARY)


SHARE_OF_WALLET: Final = Analysis(
    name="share_of_wallet",
    title=Bilingual("客户采购占有率", "Share of each customer's purchases"),
    clauses=("第三条18", "第三条19", "第三条23", "第三条26", "第三条27", "第三条28"),
    columns=(
        CUSTOMER_ID,
        Column("sales", "money", Bilingual("我方对其销售额", "Our sales to it"), "第三条26"),
        Column("purchases", "money", Bilingual("其采购总额", "Its purchases"), "第三条19", False, 0),
        Column("opening_stock", "money", Bilingual("其期初库存", "Its opening stock"), "第三条23", False, 0),
        Column("closing_stock", "money", Bilingual("其期末库存", "Its closing stock"), "第三条23", False, 0),
        Column("turnover", "number", Bilingual("其商品周转率", "Its stock turnover"), "第三条23", False, 0),
    ),
    key=("customer",),
    parameters=("share_of_wallet_floor",),
    results=(
        Result("customer", "text", CUSTOMER, "第三条18"),
        Result("sales", "money", SALES, "第三条26"),
        Result("share_of_sales", "ratio", Bilingual("占我方销售比重", "Share of our sales"), "第三条27"),
        Result("basis", "enum", Bilingual("采购额来源", "Basis"), "第三条18", _BASES),
        Result("purchases", "money", Bilingual("其采购总额", "Its purchases"), "第三条23"),
        Result("share_of_wallet", "ratio", Bilingual("采购占有率", "Share of wallet"), "第三条28"),
        Result("shortfall", "money", Bilingual("距要求差额", "Short of the floor"), "第三条28"),
        REASON,
        ACTIONS,
        CLAUSE,
    ),
    summary=(
        Result("customers", "integer", Bilingual("客户数", "Customers"), "第三条18"),
        Result("sales", "money", SALES, "第三条26"),
        Result("below_floor", "integer", Bilingual("低于要求", "Below the floor"), "第三条28"),
        Result("estimated", "integer", Bilingual("推算", "Estimated"), "第三条23"),
        Result("unknown", "integer", Bilingual("无法计算", "Without a share"), "第三条18"),
        CLAUSE,
    ),
    compute=_compute,
    duties={"raise_share": Duty("第三条28", {"customer": "customer", "amount": "shortfall"})},
)
