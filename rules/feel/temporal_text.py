"""Dates, times and durations from text and back, as ISO 8601 and DMN 1.5 (10.3.2.3) write them."""

from __future__ import annotations

import re
from decimal import Decimal

from rules.feel.calendar import NANOSECOND, AnyDate, any_date, known_zone, plus_days, year_month_day
from rules.model.values import DECIMAL128, DateTime, DayTimeDuration, Time, Value, YearMonthDuration, Zone

_DATE = r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})"
_ZONE = r"(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+\-/]+)"
_TIME = rf"([0-9]{{2}}):([0-9]{{2}}):([0-9]{{2}})(\.[0-9]+)?{_ZONE}?"
DATE = re.compile(_DATE)
TIME = re.compile(_TIME)
DATE_TIME = re.compile(f"{_DATE}T{_TIME}")
YEARS_MONTHS = re.compile(r"(-?)P(?:([0-9]+)Y)?(?:([0-9]+)M)?")
DAYS_TIME = re.compile(r"(-?)P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]*)?)S)?)?")
MAX_OFFSET = 18 * 3600
MAX_DIGITS = 18


def parse_temporal(text: str) -> Value:
    """The value an `@"..."` literal stands for, or None."""
    return parse_date(text) or parse_date_time(text) or parse_time(text) or parse_duration(text)


def parse_date(text: str) -> AnyDate | None:
    """`2026-11-23`, or None where there is no such date."""
    found = DATE.fullmatch(text)
    return any_date(int(found[1]), int(found[2]), int(found[3])) if found else None


def parse_time(text: str) -> Time | None:
    """`08:30:00`, with a fraction and a zone at will, or None."""
    found = TIME.fullmatch(text)
    return _time(*found.groups()) if found else None


def parse_date_time(text: str) -> DateTime | None:
    """`2026-11-23T08:30:00`, or None; 24:00:00 is midnight of the next day."""
    found = DATE_TIME.fullmatch(text)
    if not found:
        return None
    date, time = any_date(int(found[1]), int(found[2]), int(found[3])), _time(*found.groups()[3:])
    if date is not None and found[4] == "24":
        date = plus_days(date, 1)
    if date is None or time is None or not known_zone(time.zone):
        return None
    return DateTime(date, time)


def parse_duration(text: str) -> YearMonthDuration | DayTimeDuration | None:
    """`P1Y6M` or `P3DT12H`, or None."""
    if len(text) > 4 * MAX_DIGITS:
        return None
    found = YEARS_MONTHS.fullmatch(text)
    if found and any(found.groups()[1:]):
        months = 12 * int(found[2] or 0) + int(found[3] or 0)
        return YearMonthDuration(-months if found[1] else months)
    found = DAYS_TIME.fullmatch(text)
    if not found or not any(found.groups()[1:]) or text.endswith("T"):
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups()[1:4])
    whole = Decimal(((days * 24 + hours) * 60 + minutes) * 60)
    total = DECIMAL128.add(whole, Decimal(found[5] or 0))
    return DayTimeDuration(DECIMAL128.minus(total) if found[1] else total)


def _time(hour: str, minute: str, second: str, fraction: str | None, zone: str | None) -> Time | None:
    offset = parse_zone(zone) if zone else None
    h, m, s = int(hour), int(minute), int(second)
    nanos = int((fraction or ".")[1:10].ljust(9, "0"))
    midnight = h == 24 and not (m or s or nanos)
    if (h > 23 and not midnight) or m > 59 or s > 59 or (zone and offset is None):
        return None
    return Time(((h % 24 * 60 + m) * 60 + s) * NANOSECOND + nanos, offset)


def parse_zone(text: str) -> Zone:
    """`Z`, `+02:00` or `@Europe/Paris`; None where it is none of these."""
    if text == "Z":
        return 0
    if text.startswith("@"):
        return text[1:] if known_zone(text[1:]) else None
    hours, minutes, seconds = ([int(part) for part in text[1:].split(":")] + [0])[:3]
    total = hours * 3600 + minutes * 60 + seconds
    if total > MAX_OFFSET or minutes > 59 or seconds > 59:
        return None
    return -total if text[0] == "-" else total


def format_date(value: AnyDate) -> str:
    """`2026-11-23`; at least four digits of year, and a sign only where it is negative."""
    year, month, day = year_month_day(value)
    return f"{'-' if year < 0 else ''}{abs(year):04d}-{month:02d}-{day:02d}"


def format_time(value: Time) -> str:
    """`08:30:00`, then the fraction without closing noughts, then the zone."""
    seconds, nanos = divmod(value.nanoseconds, NANOSECOND)
    fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
    return f"{_clock(seconds)}{fraction}{_zone_text(value.zone)}"


def format_duration(value: YearMonthDuration | DayTimeDuration) -> str:
    """The shortest ISO 8601 text: `P1Y6M`, `P3DT12H`, `P0M`, `PT0S`."""
    if isinstance(value, YearMonthDuration):
        years, months = divmod(abs(value.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-" if value.months < 0 else "") + "P" + text
    whole, seconds = DECIMAL128.divmod(value.seconds.copy_abs(), Decimal(60))
    hours, minutes = divmod(int(whole), 60)
    days, hours = divmod(hours, 24)
    text = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or not (days or text):
        text += f"{seconds.normalize():f}S"
    sign = "-" if value.seconds < 0 else ""
    return f"{sign}P{f'{days}D' if days else ''}{f'T{text}' if text else ''}"


def format_temporal(value: Value) -> str:
    """Any date, time, date and time or duration as text that `parse_temporal` reads back."""
    if isinstance(value, DateTime):
        return f"{format_date(value.date)}T{format_time(value.time)}"
    if isinstance(value, Time):
        return format_time(value)
    if isinstance(value, YearMonthDuration | DayTimeDuration):
        return format_duration(value)
    return format_date(value)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _zone_text(zone: Zone) -> str:
    if zone is None:
        return ""
    if isinstance(zone, str):
        return f"@{zone}"
    if zone == 0:
        return "Z"
    text = _clock(abs(zone))
    return ("-" if zone < 0 else "+") + (text if zone % 60 else text[:5])
