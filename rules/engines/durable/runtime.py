"""What generated code calls. Each function means what the interpreter means, or raises.

Raising is always right: the ruleset is then decided by the interpreter, which tells a fault from a null.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import reduce
from typing import Any, Final

from rules.engines.answer import CENT
from rules.feel.arithmetic import arithmetic
from rules.feel.calendar import AnyDate, plus_months
from rules.feel.errors import Fault, FeelFault
from rules.feel.evaluate import evaluate
from rules.feel.operators import between, compare
from rules.model.expr import Expr
from rules.model.values import DECIMAL128, Value, YearMonthDuration

LONGEST_LIST: Final = 1_000
"""Longer lists are left to the interpreter, which bounds its work; generated loops do not."""

ONE: Final = Decimal(1)
_WHOLE: Final = Context(prec=18, traps=[Inexact, InvalidOperation])

add = DECIMAL128.add
subtract = DECIMAL128.subtract
multiply = DECIMAL128.multiply
divide = DECIMAL128.divide
power = DECIMAL128.power
minus = DECIMAL128.minus
quantize = DECIMAL128.quantize
whole = _WHOLE.quantize
"""`whole(x, ONE)` is the integer that x is, without an exponent; it raises for any other number, and for
one of more than 18 digits, which the matcher could not be trusted with."""


def checked_list(items: list[Value]) -> list[Value]:
    """The list, where it is one and short enough for a loop."""
    if type(items) is not list or len(items) > LONGEST_LIST:
        raise FeelFault("the list is too long for generated code")
    return items


def opaque(tree: Expr, names: Mapping[str, Value]) -> Value:
    """The value of an expression that is not worth generating code for."""
    faults: list[Fault] = []
    value = evaluate(tree, names, faults)
    if value is None and faults:
        raise FeelFault(faults[0].message)
    return value


def in_months(date: AnyDate, months: int) -> AnyDate:
    """The date so many months later, held back to the end of a shorter month."""
    if type(date) is dt.date and date.day < 29:
        years, month = divmod(date.year * 12 + date.month - 1 + months, 12)
        return date.replace(year=years, month=month + 1)
    later = plus_months(date, months)
    if later is None:
        raise FeelFault("the date is out of range")
    return later


def date_plus(date: AnyDate, by: YearMonthDuration) -> AnyDate:
    """`date + duration` for years and months."""
    return in_months(date, by.months)


def cents_or_null(value: Decimal | None) -> Decimal | None:
    """A money output that may be null."""
    return None if value is None else quantize(value, CENT)


def total(items: list[Decimal]) -> Decimal:
    """`sum` of a list of numbers that is not empty."""
    return reduce(add, items)


def both(left: bool | None, right: bool | None) -> bool | None:
    """`and` of two values."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: bool | None, right: bool | None) -> bool | None:
    """`or` of two values."""
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def opposite(value: bool | None) -> bool | None:
    """`not`."""
    return None if value is None else not value


def less(left: Any, right: Any) -> bool | None:
    """`<` of two values of one simple kind."""
    return None if left is None or right is None else left < right


def at_most(left: Any, right: Any) -> bool | None:
    """`<=` of two values of one simple kind."""
    return None if left is None or right is None else left <= right


def rank(cuts: Sequence[Any], value: Any) -> int:
    """The place of a value among the cuts, see `RankProperty`; null is below all."""
    return -1 if value is None else bisect_left(cuts, value) + bisect_right(cuts, value)


NAMES: Final[Mapping[str, Callable[..., Any]]] = {
    "add": add, "subtract": subtract, "multiply": multiply, "divide": divide, "power": power, "minus": minus,
    "whole": whole, "checked_list": checked_list, "opaque": opaque, "in_months": in_months,
    "date_plus": date_plus, "total": total, "both": both, "either": either, "opposite": opposite,
    "less": less, "at_most": at_most, "rank": rank, "arithmetic": arithmetic, "compare": compare,
    "between": between, "number": Decimal, "sorted": sorted, "min": min, "max": max, "len": len, "int": int,
    "quantize": quantize, "cents_or_null": cents_or_null, "fresh": deepcopy, "enumerate": enumerate,
    "any": any, "all": all,
}  # fmt: skip
"""The globals of generated code, besides its constants."""
