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
from rules.engines.durable.cells import remember
from rules.feel.arithmetic import arithmetic
from rules.feel.calendar import AnyDate, plus_months
from rules.feel.errors import Fault, FeelFault
from rules.feel.evaluate import evaluate
from rules.feel.operators import between, compare
from rules.feel.properties import property_of
from rules.model.decision import Outcome, Required
from rules.model.expr import Expr
from rules.model.values import DECIMAL128, Value, YearMonthDuration

LONGEST_LIST: Final = 1_000
"""Longer lists are left to the interpreter, which bounds its work; generated loops do not."""

ONE: Final = Decimal(1)
NUMBERS: Final = tuple(map(Decimal, range(LONGEST_LIST + 2)))
"""Lengths and positions of checked lists: looking one up is quicker than making it."""
_WHOLE: Final = Context(prec=18, traps=[Inexact, InvalidOperation])

add = DECIMAL128.add
subtract = DECIMAL128.subtract
multiply = DECIMAL128.multiply
divide = DECIMAL128.divide
power = DECIMAL128.power
fma = DECIMAL128.fma
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


def date_plus(date: AnyDate, by: YearMonthDuration) -> AnyDate:
    """`date + duration` for years and months, held back to the end of a shorter month."""
    day = date.day
    if day < 29:  # every month has it; outside datetime's years the constructor raises
        month = date.month - 1 + by.months
        return _date(date.year + month // 12, month % 12 + 1, day)
    later = plus_months(date, by.months)
    if later is None:
        raise FeelFault("the date is out of range")
    return later


def decided(values: Mapping[str, Value], rules: tuple[str, ...], actions: tuple[Required, ...]) -> Outcome:
    """`Outcome("decided", values, rules, actions)` in half the time."""
    return _new(Outcome, ("decided", values, rules, actions, (), (), True, True))


def required(action: str, arguments: tuple[tuple[str, Value], ...], rule: str | None, due: Value) -> Required:
    """`Required(...)` in half the time."""
    return _new(Required, (action, arguments, rule, due))


_date = dt.date
_new = tuple.__new__


def cents_or_null(value: Decimal | None) -> Decimal | None:
    """A money output that may be null."""
    return None if value is None else quantize(value, CENT)


def total(items: list[Decimal]) -> Decimal:
    """`sum` of a list of numbers that is not empty."""
    return reduce(add, items)


def or_null(function: Callable[..., Value], *arguments: Value) -> Value:
    """The value of a function that takes no null, null where an argument is."""
    return None if None in arguments else function(*arguments)


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


NAMES: Final[Mapping[str, Any]] = {
    "add": add, "subtract": subtract, "multiply": multiply, "divide": divide, "power": power, "fma": fma,
    "minus": minus,
    "whole": whole, "checked_list": checked_list, "opaque": opaque, "outcome": decided, "Required": required,
    "date_plus": date_plus, "total": total, "both": both, "either": either, "opposite": opposite,
    "less": less, "at_most": at_most, "rank": rank, "bisect_right": bisect_right,
    "remember": remember, "arithmetic": arithmetic, "compare": compare,
    "between": between, "number": Decimal, "numbers": NUMBERS, "sorted": sorted, "min": min, "max": max, "len": len,
    "quantize": quantize, "cents_or_null": cents_or_null, "fresh": deepcopy, "enumerate": enumerate,
    "any": any, "all": all, "or_null": or_null, "property_of": property_of,
}  # fmt: skip
"""The globals of generated code, besides its constants."""
