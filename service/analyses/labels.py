"""Labels that several analyses share, and the columns that every result ends with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rules.model.policy import Bilingual
from service.analyses.columns import Column, Result

CATEGORIES: Final[Mapping[str, Bilingual]] = {
    "parts_dealer": Bilingual("国际零配件销售商", "International parts dealer"),
    "international_dealer": Bilingual("国际用品商", "International dealer in supplies"),
    "regional_appliance": Bilingual("地区电器店", "Regional appliance shop"),
    "regional_exclusive": Bilingual("地区专营店", "Regional exclusive shop"),
    "regional_bulk": Bilingual("地区批量销售店", "Regional bulk seller"),
    "regional_other": Bilingual("地区其他店", "Other regional shop"),
    "other": Bilingual("其他", "Other"),
}
"""The lines of business of 第三条7-13, in the order of the source."""

REASONS: Final[Mapping[str, Bilingual]] = {
    "no_positive_total": Bilingual("合计销售额不为正", "Total sales are not above zero"),
    "no_positive_sales": Bilingual("销售额不为正", "Sales are not above zero"),
    "zero_stock": Bilingual("没有库存", "No stock was held"),
    "purchases_unknown": Bilingual("采购额未知且无法推算", "Its purchases are not told and cannot be estimated"),
    "no_purchases": Bilingual("采购额不为正", "Its purchases are not above zero"),
    "sales_above_purchases": Bilingual("销售额大于其采购额，请核对", "Our sales exceed its purchases: check them"),
    "negative_month": Bilingual("该月合计为负，请核对", "The month's sales are below zero: check them"),
}
"""Why a ratio is null, or doubtful."""

CUSTOMER: Final = Bilingual("客户", "Customer")
PRODUCT: Final = Bilingual("商品", "Product")
SALES: Final = Bilingual("销售额", "Sales")
RANK: Final = Bilingual("名次", "Rank")

CUSTOMER_ID: Final = Column("customer", "id", CUSTOMER, "第三条6")
PRODUCT_ID: Final = Column("product", "id", PRODUCT, "第四条11")
REASON: Final = Result("reason", "enum", Bilingual("说明", "Reason"), "", REASONS)
ACTIONS: Final = Result("actions", "names", Bilingual("行动", "Actions"))
CLAUSE: Final = Result("clause", "text", Bilingual("条款", "Clause"))
