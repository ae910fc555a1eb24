"""The proleptic Gregorian calendar over the years DMN allows, and time zones."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from rules.model.values import DateTime, FarDate, Time, Zone

AnyDate = dt.date | FarDate

NANOSECOND: Final = 1_000_000_000
DAY_SECONDS: Final = 86_400
MAX_YEAR: Final = 999_999_999
_CYCLE_YEARS: Final = 400
_CYCLE_DAYS: Final = 146_097


def any_date(year: int, month: int, day: int) -> AnyDate | None:
    """The date, or None where the calendar has no such day."""
    if abs(year) > MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= month_length(year, month):
        return None
    return dt.date(year, month, day) if 1 <= year <= 9999 else FarDate(year, month, day)


def year_month_day(date: AnyDate) -> tuple[int, int, int]:
    """The parts of a date."""
    return date.year, date.month, date.day


def month_length(year: int, month: int) -> int:
    """Days in the month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def day_number(date: AnyDate) -> int:
    """Days since the last day of year 0, so that 0001-01-01 is 1 (datetime.date counts so too)."""
    cycles, year = divmod(date.year - 1, _CYCLE_YEARS)
    return dt.date(year + 1, date.month, date.day).toordinal() + cycles * _CYCLE_DAYS


def from_day_number(number: int) -> AnyDate | None:
    """The inverse of `day_number`; None beyond the years DMN allows."""
    cycles, rest = divmod(number - 1, _CYCLE_DAYS)
    date = dt.date.fromordinal(rest + 1)
    return any_date(date.year + cycles * _CYCLE_YEARS, date.month, date.day)


def plus_days(date: AnyDate, days: int) -> AnyDate | None:
    """The date so many days later."""
    return from_day_number(day_number(date) + days)


def plus_months(date: AnyDate, months: int) -> AnyDate | None:
    """The date so many months later, held back to the end of a shorter month."""
    years, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return any_date(years, month + 1, min(date.day, month_length(years, month + 1)))


def months_between(start: AnyDate, end: AnyDate) -> int:
    """Whole months from start to end, negative where the end comes first."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        return months - 1
    if months < 0 and end.day > start.day:
        return months + 1
    return months


def known_zone(zone: Zone) -> bool:
    """Whether the IANA database has the zone; offsets and local time always are."""
    if not isinstance(zone, str):
        return True
    try:
        ZoneInfo(zone)
    except (LookupError, ValueError, OSError):
        return False
    return True


def offset_at(zone: Zone, date: AnyDate, nanoseconds: int) -> int:
    """Seconds east of UTC at that local date and time; local time counts as UTC."""
    if not isinstance(zone, str):
        return zone or 0
    # The database says nothing of years beyond its own; a year of the same calendar stands in.
    year = date.year if 1 < date.year < 9999 else (2 if date.year <= 1 else 9600 + date.year % 400 - 400)
    day = min(date.day, month_length(year, date.month))
    second = nanoseconds // NANOSECOND
    hour, minute = second // 3600, second // 60 % 60
    offset = dt.datetime(year, date.month, day, hour, minute, second % 60, tzinfo=ZoneInfo(zone)).utcoffset()
    return round(offset.total_seconds()) if offset else 0


def date_time_offset(value: DateTime) -> int:
    """Seconds east of UTC of a date and time."""
    return offset_at(value.time.zone, value.date, value.time.nanoseconds)


def instant(value: DateTime) -> int:
    """Nanoseconds since the beginning of the calendar, in UTC."""
    seconds = day_number(value.date) * DAY_SECONDS - date_time_offset(value)
    return seconds * NANOSECOND + value.time.nanoseconds


def from_instant(nanoseconds: int, zone: Zone) -> DateTime | None:
    """The date and time that a zone's clocks show at an instant; None beyond the allowed years."""
    utc = _split(nanoseconds, None)
    if utc is None or not isinstance(zone, str):
        return _split(nanoseconds + (zone or 0) * NANOSECOND, zone) if isinstance(zone, int) else utc
    offset = _offset_of_instant(zone, utc)
    return _split(nanoseconds + offset * NANOSECOND, zone)


def in_zone(value: DateTime, zone: str) -> DateTime | None:
    """The same instant as the zone's clocks show it, with their offset; a local one is read in that zone."""
    if value.time.zone is None:
        value = DateTime(value.date, Time(value.time.nanoseconds, zone))
    moment = instant(value)
    shown = from_instant(moment, zone)
    if shown is None:
        return None
    wall = day_number(shown.date) * DAY_SECONDS * NANOSECOND + shown.time.nanoseconds
    return DateTime(shown.date, Time(shown.time.nanoseconds, (wall - moment) // NANOSECOND))


def _split(nanoseconds: int, zone: Zone) -> DateTime | None:
    days, rest = divmod(nanoseconds, DAY_SECONDS * NANOSECOND)
    date = from_day_number(days)
    return DateTime(date, Time(rest, zone)) if date is not None else None


def _offset_of_instant(zone: str, utc: DateTime) -> int:
    if not 1 < utc.date.year < 9999:
        return offset_at(zone, utc.date, utc.time.nanoseconds)
    second = utc.time.nanoseconds // NANOSECOND
    moment = dt.datetime(
        utc.date.year, utc.date.month, utc.date.day, second // 3600, second // 60 % 60, second % 60,
        tzinfo=dt.UTC,
    )  # fmt: skip
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    return round(offset.total_seconds()) if offset else 0


def time_offset(value: Time) -> int:
    """Seconds east of UTC of a time without date; a named zone counts as on 1970-01-01."""
    return offset_at(value.zone, dt.date(1970, 1, 1), value.nanoseconds)
