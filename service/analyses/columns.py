"""Columns of books and of results: names, types, labels, clauses; and the values that books may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from typing import Literal as OneOf

from rules.model.policy import Bilingual
from service import fields, numbers
from service.analyses import messages
from service.json_reader import number

InputKind = OneOf["id", "enum", "money", "number", "integer"]
ResultKind = OneOf["text", "enum", "money", "half_cents", "ratio", "integer", "flag", "names"]

SCALE: Final[Mapping[str, int]] = {"money": 2, "half_cents": 3, "ratio": 6, "number": 6}
"""Decimal places of the whole numbers that stand for values of a kind."""
MILLION: Final = 10 ** SCALE["ratio"]
ID_LENGTH: Final = 200
BLANKS: Final = " \u00a0\u3000"
_BLANK_ENDS: Final = re.compile(f"[{BLANKS}]|.*[{BLANKS}]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a book; bounds are inclusive, an optional column may be left out or hold nulls."""

    name: str
    kind: InputKind
    label: Bilingual
    clause: str
    required: bool = True
    minimum: int | None = None
    maximum: int | None = None
    values: Mapping[str, Bilingual] = field(default_factory=dict)

    @property
    def field(self) -> fields.Strict:
        """The field that reads one value, the same as for facts."""
        told: Any = {"required": self.required, "label": f"{self.label.en} ({self.label.zh})"}
        bounds: Any = {"minimum": _decimal(self.minimum), "maximum": _decimal(self.maximum)}
        match self.kind:
            case "id":
                return Id(ID_LENGTH, **told)
            case "enum":
                return fields.Choice(tuple(self.values), **told)
            case "money":
                return fields.Money(**bounds, **told)
            case "number":
                return Millionths(**bounds, **told)
        return fields.Integer(**bounds, **told)


@dataclass(frozen=True, slots=True)
class Result:
    """One column of a result."""

    name: str
    kind: ResultKind
    label: Bilingual
    clause: str = ""
    values: Mapping[str, Bilingual] = field(default_factory=dict)


class Id(fields.Text):
    """What tells one row from another: a text without blanks around it."""

    def convert(self, value: Any) -> str:
        text = super().convert(value)
        if not text:
            raise fields.Complained(messages.BLANK)
        if _BLANK_ENDS.fullmatch(text):
            raise fields.Complained(messages.padded(text))
        return text


class Millionths(fields.Number):
    """A number with at most six decimals."""

    bound = Decimal(999_999)
    decimals = SCALE["number"]


def from_text(column: Column, text: str) -> Any:
    """What a cell of text holds, as the column's field takes it."""
    if column.kind != "integer":
        return text
    read = number(text)
    if read is None:
        raise fields.Complained(messages.not_numeric(text))
    return read


def stored(column: Column, value: Any) -> Any:
    """A value that the field has read, as it is stored: decimals as whole cents or millionths."""
    if column.kind in SCALE:
        return int(value.scaleb(SCALE[column.kind], numbers.EXACT))
    return int(value) if column.kind == "integer" else value


def shown(kind: ResultKind, value: Any) -> Any:
    """A stored value as it is shown: money and ratios as exact text, the rest as it is."""
    if value is None or kind not in SCALE:
        return value
    places = SCALE[kind]
    digits = str(abs(value)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    if kind == "ratio":
        return sign + f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    if kind == "half_cents":
        digits, places = (digits[:-1], 2) if digits.endswith("0") else (digits, places)
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def names(columns: Sequence[Column] | Sequence[Result]) -> tuple[str, ...]:
    """The names of some columns."""
    return tuple(column.name for column in columns)


def _decimal(bound: int | None) -> Decimal | None:
    return None if bound is None else Decimal(bound)
