"""`+ - * / **` and unary minus over numbers, text, dates, times and durations (DMN 1.5, table 57).

A null operand gives null in silence; anything else that has no value raises `FeelFault`.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException
from types import MappingProxyType
from typing import Final

from rules.feel import kinds
from rules.feel.calendar import (
    DAY_SECONDS,
    NANOSECOND,
    day_number,
    from_day_number,
    from_instant,
    instant,
    plus_months,
    time_offset,
)  # fmt: skip
from rules.feel.errors import FeelFault
from rules.feel.kinds import described, kind_of
from rules.feel.types import midnight
from rules.model.expr import ArithmeticOp
from rules.model.values import DECIMAL128, Date, DateTime, DayTimeDuration, Time, Value, YearMonthDuration

MAX_LENGTH: Final = 1_000_000
MAX_MONTHS: Final = 10**18
MAX_SECONDS: Final = Decimal(10) ** 20


def arithmetic(op: ArithmeticOp, left: Value, right: Value) -> Value:
    """`left op right`."""
    if left is None or right is None:
        return None
    if type(left) is Decimal and type(right) is Decimal:
        return _number(op, left, right)
    rule = _RULES.get((op, kind_of(left), kind_of(right)))
    if rule is None:
        raise FeelFault(f"`{op}` does not work on {described(left)} and {described(right)}")
    try:
        result = rule(left, right)
    except (DecimalException, OverflowError):
        raise FeelFault("the result is out of range") from None
    if result is None:
        raise FeelFault("the date is out of range")
    return result


def negate(value: Value) -> Value:
    """Unary minus, of numbers and durations."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return DECIMAL128.minus(value)
    if isinstance(value, YearMonthDuration):
        return YearMonthDuration(-value.months)
    if isinstance(value, DayTimeDuration):
        return DayTimeDuration(DECIMAL128.minus(value.seconds))
    raise FeelFault(f"`-` does not work on {described(value)}")


def _number(op: ArithmeticOp, left: Decimal, right: Decimal) -> Decimal:
    if op == "/" and not right:
        raise FeelFault("division by zero")
    try:
        result = _NUMBER_RULES[op](left, right)
    except DecimalException:
        raise FeelFault(f"`{op}` has no result within the range of numbers") from None
    if not result.is_finite():
        raise FeelFault(f"`{op}` has no result within the range of numbers")
    return result


_NUMBER_RULES: Final = MappingProxyType(
    {
        "+": DECIMAL128.add,
        "-": DECIMAL128.subtract,
        "*": DECIMAL128.multiply,
        "/": DECIMAL128.divide,
        "**": DECIMAL128.power,
    }
)


def months(count: Decimal | int) -> YearMonthDuration:
    """A years and months duration of whole months, the fraction cut off."""
    if not -MAX_MONTHS <= count <= MAX_MONTHS:
        raise FeelFault("the duration is out of range")
    return YearMonthDuration(int(count))


def seconds(count: Decimal) -> DayTimeDuration:
    """A days and time duration."""
    if not -MAX_SECONDS <= count <= MAX_SECONDS:
        raise FeelFault("the duration is out of range")
    return DayTimeDuration(count)


def from_nanoseconds(count: int) -> DayTimeDuration:
    """A days and time duration from nanoseconds."""
    return seconds(DECIMAL128.divide(Decimal(count), Decimal(NANOSECOND)))


def _nanoseconds(value: DayTimeDuration) -> int:
    return int(DECIMAL128.scaleb(value.seconds, 9))


def _difference(left: DateTime, right: DateTime) -> DayTimeDuration:
    if (left.time.zone is None) != (right.time.zone is None):
        raise FeelFault("a date and time with a zone and one without have no difference")
    return from_nanoseconds(instant(left) - instant(right))


def _time_difference(left: Time, right: Time) -> DayTimeDuration:
    if (left.zone is None) != (right.zone is None):
        raise FeelFault("a time with a zone and one without have no difference")
    zones = (time_offset(left) - time_offset(right)) * NANOSECOND
    return from_nanoseconds(left.nanoseconds - right.nanoseconds - zones)


def _date_plus_days(date: Date, by: DayTimeDuration) -> Date | None:
    days = (day_number(date) * DAY_SECONDS * NANOSECOND + _nanoseconds(by)) // (DAY_SECONDS * NANOSECOND)
    return from_day_number(days)  # type: ignore[return-value]


def _moment_plus(at: DateTime, by: DayTimeDuration) -> DateTime | None:
    return from_instant(instant(at) + _nanoseconds(by), at.time.zone)


def _moment_plus_months(at: DateTime, by: YearMonthDuration) -> DateTime | None:
    date = plus_months(at.date, by.months)
    return DateTime(date, at.time) if date is not None else None


def _time_plus(at: Time, by: DayTimeDuration) -> Time:
    return Time((at.nanoseconds + _nanoseconds(by)) % (DAY_SECONDS * NANOSECOND), at.zone)


def _joined(left: str, right: str) -> str:
    if len(left) + len(right) > MAX_LENGTH:
        raise FeelFault("the text is too long")
    return left + right


def _divide_durations(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise FeelFault("division by zero")
    return DECIMAL128.divide(left, right)


Rule = Callable[[Value, Value], Value]
Key = tuple[ArithmeticOp, str, str]
_NUM, _STR, _DATE, _TIME, _MOMENT = kinds.NUMBER, kinds.STRING, kinds.DATE, kinds.TIME, kinds.DATE_TIME
_DAYS, _MONTHS = kinds.DAYS, kinds.MONTHS


def _both_ways(op: ArithmeticOp, left: str, right: str, rule: Rule) -> dict[Key, Rule]:
    return {(op, left, right): rule, (op, right, left): lambda a, b: rule(b, a)}


_RULES: Final = MappingProxyType[Key, Rule](
    {
        ("+", _STR, _STR): _joined,
        ("+", _MONTHS, _MONTHS): lambda a, b: months(a.months + b.months),
        ("-", _MONTHS, _MONTHS): lambda a, b: months(a.months - b.months),
        ("/", _MONTHS, _MONTHS): lambda a, b: _divide_durations(Decimal(a.months), Decimal(b.months)),
        ("+", _DAYS, _DAYS): lambda a, b: seconds(DECIMAL128.add(a.seconds, b.seconds)),
        ("-", _DAYS, _DAYS): lambda a, b: seconds(DECIMAL128.subtract(a.seconds, b.seconds)),
        ("/", _DAYS, _DAYS): lambda a, b: _divide_durations(a.seconds, b.seconds),
        **_both_ways("*", _MONTHS, _NUM, lambda a, n: months(DECIMAL128.multiply(Decimal(a.months), n))),
        ("/", _MONTHS, _NUM): lambda a, n: months(_divide_durations(Decimal(a.months), n)),
        **_both_ways("*", _DAYS, _NUM, lambda a, n: seconds(DECIMAL128.multiply(a.seconds, n))),
        ("/", _DAYS, _NUM): lambda a, n: seconds(_divide_durations(a.seconds, n)),
        **_both_ways("+", _DATE, _MONTHS, lambda d, m: plus_months(d, m.months)),
        ("-", _DATE, _MONTHS): lambda d, m: plus_months(d, -m.months),
        **_both_ways("+", _DATE, _DAYS, _date_plus_days),
        ("-", _DATE, _DAYS): lambda d, s: _date_plus_days(d, negate(s)),
        **_both_ways("+", _MOMENT, _MONTHS, _moment_plus_months),
        ("-", _MOMENT, _MONTHS): lambda d, m: _moment_plus_months(d, negate(m)),
        **_both_ways("+", _MOMENT, _DAYS, _moment_plus),
        ("-", _MOMENT, _DAYS): lambda d, s: _moment_plus(d, negate(s)),
        **_both_ways("+", _TIME, _DAYS, _time_plus),
        ("-", _TIME, _DAYS): lambda t, s: _time_plus(t, negate(s)),
        ("-", _TIME, _TIME): _time_difference,
        ("-", _DATE, _DATE): lambda a, b: _difference(midnight(a), midnight(b)),
        ("-", _MOMENT, _MOMENT): _difference,
        ("-", _DATE, _MOMENT): lambda a, b: _difference(midnight(a), b),
        ("-", _MOMENT, _DATE): lambda a, b: _difference(a, midnight(b)),
    }
)
