"""Columns that the analyses of products share, and the summary of a book of products."""

from __future__ import annotations

from typing import Final

from rules.model.policy import Bilingual
from service.analyses.columns import Column, Result
from service.analyses.labels import CLAUSE, PRODUCT, RANK, SALES

_COST: Final = Bilingual("销售成本", "Cost of what was sold")
_OPENING: Final = Bilingual("月初库存", "Opening stock")
_CLOSING: Final = Bilingual("月末库存", "Closing stock")
_TARGET: Final = Bilingual("销售任务", "Sales target")

SOLD: Final = Column("sales", "money", SALES, "第四条11")
COST: Final = Column("cost", "money", _COST, "第四条16")
OPENING: Final = Column("opening_stock", "money", _OPENING, "第四条21", minimum=0)
CLOSING: Final = Column("closing_stock", "money", _CLOSING, "第四条22", minimum=0)


def target(clause: str) -> Column:
    """The company's target for a product; a product without one can miss none."""
    return Column("target", "money", _TARGET, clause, required=False, minimum=0)


def head(clause: str) -> tuple[Result, ...]:
    """The columns that every result begins with."""
    return (
        Result("rank", "integer", RANK, clause),
        Result("product", "text", PRODUCT, clause),
        Result("sales", "money", SALES, clause),
    )


SHARE: Final = Result("share", "ratio", Bilingual("销售构成比", "Share of sales"), "第四条13")
GROSS_PROFIT: Final = Result("gross_profit", "money", Bilingual("毛利额", "Gross profit"), "第四条17")
MARGIN: Final = Result("gross_margin", "ratio", Bilingual("毛利率", "Gross margin"), "第四条18")
AVERAGE_STOCK: Final = Result("average_stock", "half_cents", Bilingual("平均库存", "Average stock"), "第四条23")
TURNOVER_RATIO: Final = Result("turnover", "ratio", Bilingual("周转率", "Turnover"), "第四条24")
CROSS: Final = Result("cross_ratio", "ratio", Bilingual("交叉比率", "Cross ratio"), "第四条26")
PRODUCTS: Final = Result("products", "integer", Bilingual("商品数", "Products"), "第四条11")
ALL_SALES: Final = Result("sales", "money", SALES, "第四条12")
MISSED: Final = Result("missed", "integer", Bilingual("未完成任务", "Targets missed"), "第四条14")
WITHOUT: Final = Result("without_ratio", "integer", Bilingual("无法计算", "Without a ratio"))


def targets(clause: str) -> tuple[Result, ...]:
    """What a result says of the targets."""
    return (
        Result("target", "money", _TARGET, clause),
        Result("target_met", "flag", Bilingual("任务完成", "Target met"), clause),
        Result("shortfall", "money", Bilingual("差额", "Shortfall"), clause),
    )


TARGET_SQL: Final = """target, sales >= target AS target_met,
    CASE WHEN sales < target THEN target - sales END AS shortfall"""


def summary(*more: Result) -> tuple[Result, ...]:
    """The columns of a summary: products, their sales, what is counted, the clause."""
    return (PRODUCTS, ALL_SALES, *more, CLAUSE)


def summary_sql(counted: str, clause: str) -> str:
    """The summary of a result; `counted` is SQL for the columns between sales and clause."""
    return f"""
CREATE TABLE summary AS
SELECT count(*) AS products, sum(sales) AS sales, {counted}, '{clause}' AS clause FROM result
"""
