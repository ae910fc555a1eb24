"""From any value to text, from text to numbers, and strict sameness (DMN 1.5, tables 68 and 82)."""

from __future__ import annotations

import re
from decimal import Decimal, DecimalException
from typing import Final

from rules.feel.builtins.base import Builtin, builtin, overload
from rules.feel.errors import FeelFault
from rules.feel.operators import same
from rules.feel.text_form import text_of
from rules.model.values import DECIMAL128, Value

GROUPING: Final = (" ", ",", ".")
DECIMAL_POINTS: Final = (",", ".")
_NUMBER: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def number_from(text: str, grouping: str | None = None, point: str | None = None) -> Value:
    """The number a text denotes, given what groups its digits and what stands before the fraction."""
    if grouping is not None and grouping not in GROUPING:
        raise FeelFault(f"`{grouping}` is no grouping separator: space, `,` or `.`")
    if point is not None and point not in DECIMAL_POINTS:
        raise FeelFault(f"`{point}` is no decimal separator: `,` or `.`")
    if grouping is not None and grouping == point:
        raise FeelFault("the grouping and the decimal separator are the same")
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(",", ".") if point == "," else plain
    if not _NUMBER.fullmatch(plain):
        raise FeelFault(f"`{text}` is not a number")
    try:
        return DECIMAL128.create_decimal(Decimal(plain))
    except DecimalException:
        raise FeelFault(f"the number `{text}` is out of range") from None


def string_from(value: Value) -> Value:
    """The text of a value; null stays null."""
    return None if value is None else text_of(value)


CONVERSION: Final[tuple[Builtin, ...]] = (
    builtin("string", overload("from: any -> string", string_from)),
    builtin(
        "number",
        overload(
            "from: string, grouping separator?: string?, decimal separator?: string? -> number", number_from
        ),
    ),
    builtin("is", overload("value1: any, value2: any -> boolean", same)),
)
