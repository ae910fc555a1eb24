"""FEEL values as Python values.

null is None; boolean bool; number decimal.Decimal (34 digits, half-even; never int or float);
string str; date datetime.date (years 1 to 9999) or `FarDate`; list a Python list; context a dict with
str keys; the rest are below. A function is `rules.feel.functions.Function` or a builtin.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

DECIMAL128 = Context(prec=34, rounding=ROUND_HALF_EVEN, Emax=6144, Emin=-6143)
"""IEEE 754 decimal128, the number of FEEL (DMN 1.5, 10.3.2.3.1)."""


Zone = int | str | None
"""A time zone: seconds east of UTC, or an IANA name, or None for local time."""


@dataclass(frozen=True, slots=True)
class FarDate:
    """A date whose year lies outside 1 to 9999, which datetime.date cannot hold (DMN allows nine digits)."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day, in nanoseconds since midnight."""

    nanoseconds: int
    zone: Zone = None


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date and time; the zone is that of the time."""

    date: dt.date | FarDate
    time: Time


@dataclass(frozen=True, slots=True)
class YearMonthDuration:
    """A years and months duration, in months."""

    months: int


@dataclass(frozen=True, slots=True)
class DayTimeDuration:
    """A days and time duration, in seconds (exact, may have a fraction)."""

    seconds: Decimal


@dataclass(frozen=True, slots=True)
class Range:
    """A range value; an end that is None is unbounded."""

    low: Any
    high: Any
    low_closed: bool
    high_closed: bool


Value = Any
"""None | bool | Decimal | str | date | time | date and time | durations | Range | list | dict | function."""

Date = dt.date
