"""Functions on numbers (DMN 1.5, tables 71 and 72)."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Final

from rules.feel.builtins.base import Builtin, builtin, overload
from rules.feel.errors import FeelFault
from rules.model.values import DECIMAL128, DayTimeDuration, Value, YearMonthDuration

MIN_SCALE: Final = -6111
MAX_SCALE: Final = 6176
_WIDE: Final = decimal.Context(prec=12_400, Emax=20_000, Emin=-20_000)


def rounded(n: Decimal, scale: Decimal, rounding: str) -> Decimal:
    """`n` with `scale` digits after the point; the fraction of the scale itself is cut off."""
    digits = int(scale)
    if not MIN_SCALE <= digits <= MAX_SCALE:
        raise FeelFault(f"the scale lies outside {MIN_SCALE} to {MAX_SCALE}")
    exponent = n.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= digits:
        return n
    return DECIMAL128.plus(n.quantize(Decimal(1).scaleb(-digits, _WIDE), rounding, _WIDE))


def _rounding(rounding: str) -> Callable[..., Decimal]:
    def function(n: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
        return rounded(n, scale, rounding)

    return function


def absolute(n: Value) -> Value:
    """The value without its sign, of a number or a duration."""
    if isinstance(n, YearMonthDuration):
        return YearMonthDuration(abs(n.months))
    if isinstance(n, DayTimeDuration):
        return DayTimeDuration(n.seconds.copy_abs())
    return DECIMAL128.abs(n)


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """`dividend - divisor * floor(dividend / divisor)`, with the sign of the divisor."""
    if not divisor:
        raise FeelFault("division by zero")
    rest = _defined(lambda: _WIDE.remainder(dividend, divisor), "modulo")
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return DECIMAL128.plus(rest)


def _defined(compute: Callable[[], Decimal], name: str) -> Decimal:
    """The number, where there is one."""
    try:
        result = compute()
    except DecimalException:
        raise FeelFault(f"`{name}` has no result within the range of numbers") from None
    if not result.is_finite():
        raise FeelFault(f"`{name}` has no result within the range of numbers")
    return result


def _is_even(number: Decimal) -> bool:
    return modulo(number, Decimal(2)) == 0


def _is_odd(number: Decimal) -> bool:
    return modulo(number, Decimal(2)) == 1


NUMBERS: Final[tuple[Builtin, ...]] = (
    builtin("abs", overload("n: number|duration -> any", absolute)),
    builtin("decimal", overload("n: number, scale: number -> number", _rounding(decimal.ROUND_HALF_EVEN))),
    builtin("floor", overload("n: number, scale?: number -> number", _rounding(decimal.ROUND_FLOOR))),
    builtin("ceiling", overload("n: number, scale?: number -> number", _rounding(decimal.ROUND_CEILING))),
    builtin("round up", overload("n: number, scale: number -> number", _rounding(decimal.ROUND_UP))),
    builtin("round down", overload("n: number, scale: number -> number", _rounding(decimal.ROUND_DOWN))),
    builtin(
        "round half up", overload("n: number, scale: number -> number", _rounding(decimal.ROUND_HALF_UP))
    ),
    builtin(
        "round half down", overload("n: number, scale: number -> number", _rounding(decimal.ROUND_HALF_DOWN))
    ),
    builtin("modulo", overload("dividend: number, divisor: number -> number", modulo)),
    builtin(
        "sqrt", overload("number: number -> number", lambda n: _defined(lambda: DECIMAL128.sqrt(n), "sqrt"))
    ),
    builtin("log", overload("number: number -> number", lambda n: _defined(lambda: DECIMAL128.ln(n), "log"))),
    builtin(
        "exp", overload("number: number -> number", lambda n: _defined(lambda: DECIMAL128.exp(n), "exp"))
    ),
    builtin("even", overload("number: number -> boolean", _is_even)),
    builtin("odd", overload("number: number -> boolean", _is_odd)),
)
