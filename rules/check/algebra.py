"""Which types go together, and what comes out: comparison, arithmetic, joining of branches."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from rules.model.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS,
    INTEGER,
    MONEY,
    NULL,
    NUMBER,
    NUMERIC,
    TEXT,
    TIME,
    YEARS,
    Enum,
    ListType,
    RangeType,
    Record,
    Scalar,
    Type,
)  # fmt: skip
from rules.model.values import DayTimeDuration, YearMonthDuration

ORDERED = NUMERIC | {DATE, DATE_TIME, TIME, DAYS, YEARS, TEXT}
DURATIONS = frozenset({DAYS, YEARS})


def comparable(left: Type, right: Type) -> bool:
    """Whether `=` can ever be true between values of these types."""
    if ANY in (left, right) or left == right:
        return True
    if left in NUMERIC and right in NUMERIC:
        return True
    match left, right:
        case Enum(a), Enum(b):
            return bool(set(a) & set(b))
        case (Enum(), Scalar("text")) | (Scalar("text"), Enum()):
            return True
        case ListType(a), ListType(b):
            return comparable(a, b)
        case RangeType(a), RangeType(b):
            return comparable(a, b)
        case Record(a), Record(b):
            return {n for n, _ in a} == {n for n, _ in b}
    return False


def is_text(type_: Type) -> bool:
    """Whether values of the type are texts; those of an enum are."""
    return type_ == TEXT or isinstance(type_, Enum)


def ordered(type_: Type) -> bool:
    """Whether `<` is defined for the type."""
    return type_ in ORDERED or type_ == ANY


def arithmetic(op: str, left: Type, right: Type) -> Type | None:
    """The type of `left op right`, None where FEEL does not define it."""
    if ANY in (left, right):
        return ANY
    if left in NUMERIC and right in NUMERIC:
        return _numeric(op, {left, right})
    if is_text(left) and is_text(right):
        return TEXT if op == "+" else None
    return _temporal(op, left, right)


def _numeric(op: str, kinds: set[Type]) -> Type:
    if op in ("+", "-") and kinds <= {MONEY, INTEGER}:
        return MONEY if MONEY in kinds else INTEGER
    if op == "*" and INTEGER in kinds and kinds <= {MONEY, INTEGER}:
        return MONEY if MONEY in kinds else INTEGER
    return NUMBER


def _temporal(op: str, left: Type, right: Type) -> Type | None:
    moments = {DATE, DATE_TIME, TIME}
    if op in ("+", "-") and left in moments and right in DURATIONS:
        return left
    if op == "+" and left in DURATIONS and right in moments:
        return right
    if op == "-" and left in moments and left == right:
        return DAYS
    if op in ("+", "-") and left in DURATIONS and left == right:
        return left
    if op in ("*", "/") and left in DURATIONS and right in NUMERIC:
        return left
    if op == "*" and left in NUMERIC and right in DURATIONS:
        return right
    if op == "/" and left in DURATIONS and left == right:
        return NUMBER
    return None


def join(left: Type, right: Type) -> Type | None:
    """The one type of two branches, None where they differ in kind."""
    if left == right or right == NULL:
        return left
    if left == NULL:
        return right
    if ANY in (left, right):
        return ANY
    if left in NUMERIC and right in NUMERIC:
        return MONEY if {left, right} == {MONEY, INTEGER} else NUMBER
    match left, right:
        case Enum(a), Enum(b):
            return Enum(a + tuple(v for v in b if v not in a))
        case (Enum(), Scalar("text")) | (Scalar("text"), Enum()):
            return TEXT
        case ListType(a), ListType(b):
            return _joined_lists(a, b)
        case Record(), Record():
            return _joined_records(left, right)
    return None


def _joined_lists(left: Type, right: Type) -> Type | None:
    """Items of nothing known are those of the empty list, which fits beside any other."""
    if ANY in (left, right):
        return ListType(right if left == ANY else left)
    item = join(left, right)
    return None if item is None else ListType(item)


def _joined_records(left: Record, right: Record) -> Type | None:
    """Records with the same fields, field by field."""
    joined: list[tuple[str, Type]] = []
    for name, mine in left.fields:
        other = right.field(name)
        field = None if other is None else join(mine, other)
        if field is None:
            return None
        joined.append((name, field))
    return Record(tuple(joined)) if len(joined) == len(right.fields) else None


def literal_type(value: object) -> Type:
    """The type of a constant; a text is typed as the enum of itself, so that it fits where its value does."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, str):
        return Enum((value,))
    if isinstance(value, Decimal):
        return INTEGER if value == value.to_integral_value() else NUMBER
    table: tuple[tuple[type, Type], ...] = (
        (dt.datetime, DATE_TIME), (dt.date, DATE), (dt.time, TIME),
        (YearMonthDuration, YEARS), (DayTimeDuration, DAYS),
    )  # fmt: skip
    return next((t for kind, t in table if isinstance(value, kind)), ANY)
