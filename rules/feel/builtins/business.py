"""Deadlines in business days and hours. The calendar is the last argument; the checker puts the policy's there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from rules.feel.builtins.base import Builtin, builtin, overload
from rules.feel.calendar import NANOSECOND, in_zone, instant, known_zone, plus_days
from rules.feel.errors import FeelFault
from rules.model.calendar import Calendar
from rules.model.values import DateTime, Time, Value

MOST: Final = 10_000
"""The most days or hours that may be added at once."""

_FURTHEST: Final = 100_000
_MINUTE: Final = 60 * NANOSECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


def add_business_days(date: Value, days: Decimal, calendar: Value) -> Value:
    """The n-th working day after a date; for 0 the date itself, or the next working day where it is none.

    Of a date and time, the date is that of the calendar's time zone.
    """
    declared = _calendar(calendar)
    left = _count(days, "days")
    start: Value = _local(date, declared).date if isinstance(date, DateTime) else date
    for day in _days_from(start):
        if is_working_day(day, declared) and (day > start or left == 0):
            left -= 1
            if left <= 0:
                return day
    raise FeelFault(f"{days} business days lead beyond the calendar")


def add_business_hours(moment: DateTime, hours: Decimal, calendar: Value) -> Value:
    """The moment when so many working hours have passed; for 0 the moment itself, or the next opening.

    Time counts as it passes between opening and closing, so that a change of clocks neither adds nor loses any.
    What is full at closing is due then, not at the next opening.
    """
    declared = _calendar(calendar)
    left = _count(hours, "hours") * _HOUR
    start = _local(moment, declared)
    now = instant(start)
    for day in _days_from(start.date):
        if not is_working_day(day, declared):
            continue
        opening, closing = (_instant(day, minutes, declared) for minutes in (declared.opens, declared.closes))
        begins = max(now, opening)
        if begins + left <= closing:
            return _local(_after(start, now, begins + left), declared)
        left -= max(0, closing - begins)
    raise FeelFault(f"{hours} business hours lead beyond the calendar")


def is_working_day(day: dt.date, calendar: Calendar) -> bool:
    """Whether work is done that day: a make-up day, or one of the weekdays that is no holiday."""
    return day in calendar.make_up_days or (day.isoweekday() in calendar.weekdays and day not in calendar.holidays)


def _calendar(value: Value) -> Calendar:
    if not isinstance(value, Calendar) or not known_zone(value.zone):
        raise FeelFault("there is no calendar here to count business time by")
    return value


def _count(number: Decimal, unit: str) -> int:
    if number != number.to_integral_value() or not 0 <= number <= MOST:
        raise FeelFault(f"business {unit} are a whole number from 0 to {MOST}, not {number}")
    return int(number)


def _days_from(start: Value) -> Iterator[dt.date]:
    """The days from the start on, as far as is ever looked."""
    for number in range(_FURTHEST):
        day = plus_days(start, number)
        if not isinstance(day, dt.date):
            return
        yield day


def _instant(day: dt.date, minutes: int, calendar: Calendar) -> int:
    """When the calendar's clocks show so many minutes after midnight; the day's last minute ends it."""
    if minutes * _MINUTE < _DAY:
        return instant(DateTime(day, Time(minutes * _MINUTE, calendar.zone)))
    next_day = plus_days(day, 1)
    if next_day is None:
        raise FeelFault("the date is out of range")
    return instant(DateTime(next_day, Time(0, calendar.zone)))


def _after(start: DateTime, now: int, then: int) -> DateTime:
    """The date and time at the instant `then`, where it is `now` at `start`."""
    days, nanoseconds = divmod(start.time.nanoseconds + then - now, _DAY)
    day = plus_days(start.date, days)
    if day is None:
        raise FeelFault("the date is out of range")
    return DateTime(day, Time(nanoseconds, start.time.zone))


def _local(moment: DateTime, calendar: Calendar) -> DateTime:
    found = in_zone(moment, calendar.zone)
    if found is None:
        raise FeelFault("the date is out of range")
    return found


BUSINESS: Final[tuple[Builtin, ...]] = (
    builtin("add business days", overload("date: moment, days: number, calendar: any -> date", add_business_days)),
    builtin(
        "add business hours",
        overload("moment: date and time, hours: number, calendar: any -> date and time", add_business_hours),
    ),
)
