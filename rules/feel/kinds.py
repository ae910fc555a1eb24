"""The kind of a value, in FEEL's own words, which messages use too."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from rules.feel.functions import Function, Native
from rules.model.values import DateTime, DayTimeDuration, FarDate, Range, Time, Value, YearMonthDuration

NULL: Final = "Null"
BOOLEAN: Final = "boolean"
NUMBER: Final = "number"
STRING: Final = "string"
DATE: Final = "date"
TIME: Final = "time"
DATE_TIME: Final = "date and time"
DAYS: Final = "days and time duration"
MONTHS: Final = "years and months duration"
RANGE: Final = "range"
LIST: Final = "list"
CONTEXT: Final = "context"
FUNCTION: Final = "function"
UNKNOWN: Final = "unknown"

_KINDS: Final = MappingProxyType(
    {
        type(None): NULL,
        bool: BOOLEAN,
        Decimal: NUMBER,
        str: STRING,
        dt.date: DATE,
        FarDate: DATE,
        Time: TIME,
        DateTime: DATE_TIME,
        DayTimeDuration: DAYS,
        YearMonthDuration: MONTHS,
        Range: RANGE,
        list: LIST,
        dict: CONTEXT,
        Function: FUNCTION,
    }
)


def kind_of(value: Value) -> str:
    """`number`, `date and time`, `list` ...; what is no value of the language is `unknown`."""
    return _KINDS.get(type(value)) or (FUNCTION if isinstance(value, Native) else UNKNOWN)


def described(value: Value) -> str:
    """The kind with its article, for messages."""
    kind = kind_of(value)
    return "null" if kind == NULL else f"a {kind}"
