"""`value.name`: entries of contexts, and the properties of dates, times, durations and ranges."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from rules.feel import kinds
from rules.feel.calendar import NANOSECOND, date_time_offset, day_number, time_offset
from rules.feel.errors import FeelFault
from rules.feel.kinds import described, kind_of
from rules.model.values import DayTimeDuration, Time, Value, YearMonthDuration

Property = Callable[[Value], Value]


def property_of(value: Value, name: str) -> Value:
    """The entry or property; of a list, that of each item. Raises `FeelFault` where there is none."""
    if value is None:
        return None
    if isinstance(value, dict):
        if name not in value:
            raise FeelFault(f"the context has no entry `{name}`")
        return value[name]
    if isinstance(value, list):
        return [_of_item(item, name) for item in value]
    found = PROPERTIES.get(kind_of(value), _NONE).get(name)
    if found is None:
        raise FeelFault(f"{described(value)} has no property `{name}`")
    return found(value)


def _of_item(item: Value, name: str) -> Value:
    """Of an item that lacks the entry, null: lists of records need not be uniform."""
    if isinstance(item, dict):
        return item.get(name)
    return property_of(item, name)


def _seconds(value: Time) -> int:
    return value.nanoseconds // NANOSECOND


def _duration_part(unit: int, within: int | None) -> Property:
    """One part of a days and time duration, with the sign of the whole."""

    def part(value: DayTimeDuration) -> Decimal:
        count = int(value.seconds.copy_abs()) // unit
        count = count % within if within else count
        return Decimal(-count if value.seconds < 0 else count)

    return part


def _months_part(value: YearMonthDuration, years: bool) -> Decimal:
    whole, rest = divmod(abs(value.months), 12)
    count = whole if years else rest
    return Decimal(-count if value.months < 0 else count)


_NONE: Final = MappingProxyType[str, Property]({})
_DATE: Final = MappingProxyType[str, Property](
    {
        "year": lambda v: Decimal(v.year),
        "month": lambda v: Decimal(v.month),
        "day": lambda v: Decimal(v.day),
        "weekday": lambda v: Decimal((day_number(v) - 1) % 7 + 1),
    }
)
_TIME: Final = MappingProxyType[str, Property](
    {
        "hour": lambda v: Decimal(_seconds(v) // 3600),
        "minute": lambda v: Decimal(_seconds(v) // 60 % 60),
        "second": lambda v: Decimal(_seconds(v) % 60),
        "time offset": lambda v: None if v.zone is None else DayTimeDuration(Decimal(time_offset(v))),
        "timezone": lambda v: v.zone if isinstance(v.zone, str) else None,
    }
)


def _of_date(found: Property) -> Property:
    return lambda v: found(v.date)


def _of_time(found: Property) -> Property:
    return lambda v: found(v.time)


PROPERTIES: Final = MappingProxyType[str, MappingProxyType[str, Property]](
    {
        kinds.DATE: _DATE,
        kinds.TIME: _TIME,
        kinds.DATE_TIME: MappingProxyType(
            {
                **{name: _of_date(found) for name, found in _DATE.items()},
                **{name: _of_time(found) for name, found in _TIME.items()},
                "time offset": lambda v: (
                    None if v.time.zone is None else DayTimeDuration(Decimal(date_time_offset(v)))
                ),
            }
        ),
        kinds.MONTHS: MappingProxyType(
            {"years": lambda v: _months_part(v, True), "months": lambda v: _months_part(v, False)}
        ),
        kinds.DAYS: MappingProxyType(
            {
                "days": _duration_part(86_400, None),
                "hours": _duration_part(3_600, 24),
                "minutes": _duration_part(60, 60),
                "seconds": _duration_part(1, 60),
            }
        ),
        kinds.RANGE: MappingProxyType(
            {
                "start": lambda v: v.low,
                "end": lambda v: v.high,
                "start included": lambda v: v.low_closed,
                "end included": lambda v: v.high_closed,
            }
        ),
    }
)
"""Kind to property to function; a checker reads it too."""
