"""Types of facts, parameters, outputs and expressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

ScalarKind = OneOf[
    "boolean", "integer", "number", "money", "ratio", "text",
    "date", "time", "date and time", "days duration", "years duration",
    "null", "any",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scalar:
    """A type without parts. `money` has two decimal places, `ratio` and `number` any, `integer` none."""

    kind: ScalarKind


@dataclass(frozen=True, slots=True)
class Enum:
    """One of the declared values, as text, in declared order."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListType:
    """A list of items of one type."""

    item: Type


@dataclass(frozen=True, slots=True)
class Record:
    """A context with these fields, in declared order."""

    fields: tuple[tuple[str, Type], ...]

    def field(self, name: str) -> Type | None:
        """The type of one field, None where there is none of that name."""
        return next((t for n, t in self.fields if n == name), None)


@dataclass(frozen=True, slots=True)
class RangeType:
    """A range of items of one type."""

    item: Type


Type = Scalar | Enum | ListType | Record | RangeType

BOOLEAN = Scalar("boolean")
INTEGER = Scalar("integer")
NUMBER = Scalar("number")
MONEY = Scalar("money")
RATIO = Scalar("ratio")
TEXT = Scalar("text")
DATE = Scalar("date")
TIME = Scalar("time")
DATE_TIME = Scalar("date and time")
DAYS = Scalar("days duration")
YEARS = Scalar("years duration")
NULL = Scalar("null")
ANY = Scalar("any")

NUMERIC = frozenset({INTEGER, NUMBER, MONEY, RATIO})
FACT_SCALARS = {
    t.kind: t for t in (BOOLEAN, INTEGER, NUMBER, MONEY, RATIO, TEXT, DATE, DATE_TIME)
}  # fmt: skip


def describe(type_: Type) -> str:
    """How a message names the type."""
    match type_:
        case Scalar(kind):
            return kind
        case Enum(values):
            return "one of " + ", ".join(f"`{v}`" for v in values)
        case ListType(item):
            return f"list of {describe(item)}"
        case Record(fields):
            return "record of " + ", ".join(name for name, _ in fields)
        case RangeType(item):
            return f"range of {describe(item)}"
