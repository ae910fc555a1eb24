"""Functions on dates, times and durations (DMN 1.5, tables 69, 77 and 79)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from rules.feel.arithmetic import months
from rules.feel.builtins.base import Builtin, Runtime, builtin, overload
from rules.feel.calendar import NANOSECOND, AnyDate, any_date, day_number, from_day_number, months_between
from rules.feel.errors import FeelFault
from rules.feel.temporal_text import MAX_OFFSET, parse_date, parse_date_time, parse_duration, parse_time
from rules.feel.types import midnight
from rules.model.values import DECIMAL128, DateTime, DayTimeDuration, FarDate, Time, Value

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def date_from(value: Value) -> Value:
    """From text, or the date of a date and time."""
    if isinstance(value, DateTime):
        return value.date
    if isinstance(value, str):
        return _read(parse_date(value), value, "date")
    return value


def date_of(year: Decimal, month: Decimal, day: Decimal) -> Value:
    """From its parts."""
    found = any_date(int(year), int(month), int(day))
    if found is None:
        raise FeelFault(f"there is no date of year {year}, month {month}, day {day}")
    return found


def time_from(value: Value) -> Value:
    """From text, the time of a date and time, or midnight UTC of a date."""
    if isinstance(value, DateTime):
        return value.time
    if isinstance(value, str):
        return _read(parse_time(value), value, "time")
    return value if isinstance(value, Time) else midnight(value).time


def time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: DayTimeDuration | None = None) -> Value:
    """From its parts; without an offset it is local."""
    zone = None if offset is None else int(offset.seconds)
    in_day = 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60
    if not in_day or (zone is not None and abs(zone) > MAX_OFFSET):
        raise FeelFault("there is no such time")
    whole = (int(hour) * 60 + int(minute)) * 60 * NANOSECOND
    return Time(whole + int(DECIMAL128.scaleb(second, 9)), zone)


def date_and_time_from(value: Value) -> Value:
    """From text, or midnight of a date."""
    if isinstance(value, str):
        date = parse_date(value)
        found = parse_date_time(value) if date is None else DateTime(date, Time(0))
        return _read(found, value, "date and time")
    return value


def date_and_time_of(date: Value, time: Time) -> Value:
    """A date, or the date of a date and time, with a time."""
    return DateTime(date.date if isinstance(date, DateTime) else date, time)


def duration_from(value: Value) -> Value:
    """From text."""
    return _read(parse_duration(value), value, "duration") if isinstance(value, str) else value


def years_and_months_duration(start: Value, end: Value) -> Value:
    """Whole months between two dates."""
    return months(months_between(_date(start), _date(end)))


def _read(found: Value, text: str, what: str) -> Value:
    if found is None:
        raise FeelFault(f"`{text}` is not a {what}")
    return found


def _date(value: Value) -> AnyDate:
    return value.date if isinstance(value, DateTime) else value


def _now(runtime: Runtime) -> Value:
    return runtime.now()


def _today(runtime: Runtime) -> Value:
    return runtime.now().date


def day_of_week(date: Value) -> str:
    """`Monday` to `Sunday`."""
    return WEEKDAYS[(day_number(_date(date)) - 1) % 7]


def day_of_year(date: Value) -> Decimal:
    """1 to 366."""
    on = _date(date)
    return Decimal(day_number(on) - day_number(_first(on.year)) + 1)


def week_of_year(date: Value) -> Decimal:
    """1 to 53, as ISO 8601 counts: the week of a date is that of its Thursday."""
    number = day_number(_date(date))
    thursday = from_day_number(number - (number - 1) % 7 + 3)
    if thursday is None:
        raise FeelFault("the date is out of range")
    return Decimal((day_number(thursday) - day_number(_first(thursday.year))) // 7 + 1)


def _first(year: int) -> AnyDate:
    return dt.date(year, 1, 1) if 1 <= year <= 9999 else FarDate(year, 1, 1)


def month_of_year(date: Value) -> str:
    """`January` to `December`."""
    return MONTHS[_date(date).month - 1]


TEMPORAL: Final[tuple[Builtin, ...]] = (
    builtin(
        "date",
        overload("from: string|moment -> date", date_from),
        overload("year: number, month: number, day: number -> date", date_of),
    ),
    builtin(
        "time",
        overload("from: string|time|moment -> time", time_from),
        overload("hour: number, minute: number, second: number, offset?: days? -> time", time_of),
    ),
    builtin(
        "date and time",
        overload("from: string|date and time -> date and time", date_and_time_from),
        overload("date: moment, time: time -> date and time", date_and_time_of),
    ),
    builtin("duration", overload("from: string|duration -> duration", duration_from)),
    builtin(
        "years and months duration",
        overload("from: moment, to: moment -> years and months duration", years_and_months_duration),
    ),
    builtin("now", overload("-> date and time", _now, runtime=True)),
    builtin("today", overload("-> date", _today, runtime=True)),
    builtin("day of week", overload("date: moment -> string", day_of_week)),
    builtin("day of year", overload("date: moment -> number", day_of_year)),
    builtin("week of year", overload("date: moment -> number", week_of_year)),
    builtin("month of year", overload("date: moment -> string", month_of_year)),
)
