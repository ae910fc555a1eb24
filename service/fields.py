"""marshmallow fields that take exactly one notation and exact values, for facts and for requests.

Each has `convert(value)`, which returns the typed value of `rules.model.values` or raises `Complained`;
marshmallow and the short way in `facts.py` call the same one.
"""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar, Final

from marshmallow import ValidationError, fields

from service import messages, numbers
from service.json_reader import number
from service.problems import Complaint

MONEY_BOUND: Final = Decimal("999999999999.99")
NUMBER_BOUND: Final = Decimal(10**15)
NUMBER_PLACES: Final = 18
TEXT_LENGTH: Final = 1000
LIST_LENGTH: Final = 10_000
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_LENGTH: Final = 10
CENTS: Final = re.compile(r"(?:0|[1-9][0-9]{0,11})\.[0-9]{2}")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")


class Complained(ValidationError):
    """marshmallow's error, carrying complaints in place of texts."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__(list(complaints))


class Strict(fields.Field, ABC):  # type: ignore[type-arg]
    """A field with one conversion and its own words for what is missing; null is "absent" unless required."""

    default_error_messages = {  # noqa: RUF012
        "required": [messages.NEEDED],
        "null": [messages.wrong_type("a value", None)],
    }

    def __init__(self, *, label: str = "", required: bool = False, data_key: str | None = None) -> None:
        super().__init__(
            required=required,
            allow_none=not required,
            data_key=data_key,
            metadata={"description": label} if label else {},
        )

    @property
    def json_schema(self) -> dict[str, Any]:
        """What the API document says of it (JSON Schema 2020-12)."""
        return {}

    @abstractmethod
    def convert(self, value: Any) -> Any:
        """The typed value, or `Complained`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        return self.convert(value)


class Boolean(Strict):
    """true or false, nothing that merely looks like it."""

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def convert(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise Complained(messages.wrong_type("true or false", value))


class Numeric(Strict):
    """A number with inclusive bounds and a limit of decimal places."""

    expected: ClassVar[str] = "a number, or a string that holds one"
    bound: ClassVar[Decimal] = NUMBER_BOUND
    decimals: ClassVar[int] = NUMBER_PLACES
    from_text: ClassVar[bool] = True

    def __init__(self, minimum: Decimal | None = None, maximum: Decimal | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum = -self.bound if minimum is None else max(minimum, -self.bound)
        self.maximum = self.bound if maximum is None else min(maximum, self.bound)

    @property
    def json_schema(self) -> dict[str, Any]:
        pattern = rf"^-?(0|[1-9][0-9]*)(\.[0-9]{{1,{self.decimals}}})?$"
        bounds = {"minimum": _bound(self.minimum), "maximum": _bound(self.maximum)}
        return {"anyOf": [{"type": "string", "pattern": pattern}, {"type": "number", **bounds}]}

    def convert(self, value: Any) -> Decimal:
        read = self._read(value)
        self._check_places(read)
        if read < self.minimum:
            raise Complained(messages.too_small(numbers.text(read), numbers.text(self.minimum)))
        if read > self.maximum:
            raise Complained(messages.too_large(numbers.text(read), numbers.text(self.maximum)))
        return self._typed(read)

    def _read(self, value: Any) -> Decimal:
        if isinstance(value, Decimal):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        if not isinstance(value, str) or not self.from_text:
            raise Complained(messages.wrong_type(self.expected, value))
        read = number(value)
        if read is None:
            raise Complained(messages.not_numeric(value))
        return Decimal(read)

    def _check_places(self, value: Decimal) -> None:
        if numbers.places(value) > self.decimals:
            raise Complained(messages.too_many_places(numbers.text(value), self.decimals))

    def _typed(self, value: Decimal) -> Decimal:
        return numbers.plain(value)


class Number(Numeric):
    """A number or ratio."""


class Money(Numeric):
    """An amount with at most two decimals by value; kept with exactly two."""

    expected = "an amount, as a string or a number"
    bound = MONEY_BOUND
    decimals = 2

    def convert(self, value: Any) -> Decimal:
        if type(value) is str and CENTS.fullmatch(value):  # the usual notation needs no second look
            amount = Decimal(value)
            if self.minimum <= amount <= self.maximum:
                return amount
        return super().convert(value)

    def _typed(self, value: Decimal) -> Decimal:
        return numbers.cents(value)


class Integer(Numeric):
    """A whole number, written as a JSON number."""

    expected = "a whole number"
    bound = Decimal(numbers.MAX_INTEGER)
    decimals = 0
    from_text = False

    def convert(self, value: Any) -> Decimal:
        if type(value) is int and self.minimum <= value <= self.maximum:
            return Decimal(value)
        return super().convert(value)

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": int(self.minimum), "maximum": int(self.maximum)}

    def _check_places(self, value: Decimal) -> None:
        if not numbers.is_integral(value):
            raise Complained(messages.not_integral(numbers.text(value)))

    def _typed(self, value: Decimal) -> Decimal:
        return Decimal(int(value))


class Text(Strict):
    """A text without control characters."""

    def __init__(self, longest: int = TEXT_LENGTH, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest}

    def convert(self, value: Any) -> str:
        if not isinstance(value, str):
            raise Complained(messages.wrong_type("a string", value))
        if len(value) > self.longest:
            raise Complained(messages.too_long(len(value), self.longest))
        if _CONTROL.search(value):
            raise Complained(messages.CONTROL)
        return value


@lru_cache(4096)  # the same days come again and again
def _day(text: str) -> dt.date | None:
    """The day in a text of the right length, None where there is none."""
    try:
        return dt.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


class Date(Strict):
    """A real day of the calendar, as YYYY-MM-DD and nothing else."""

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def convert(self, value: Any) -> dt.date:
        if not isinstance(value, str):
            raise Complained(messages.wrong_type("a date in a string", value))
        day = _day(value) if len(value) == _DATE_LENGTH else None
        if day is None:
            raise Complained(messages.not_a_date(value))
        return day


class DecisionDate(Date):
    """The day a decision is made for; deadlines must still be days of the calendar."""

    @property
    def json_schema(self) -> dict[str, Any]:
        return {**super().json_schema, "pattern": "^(19|2[0-9])"}

    def convert(self, value: Any) -> dt.date:
        day = super().convert(value)
        if not 1900 <= day.year <= 2999:
            raise Complained(messages.date_out_of_range(value))
        return day


class Choice(Strict):
    """One of the declared values of an enum."""

    def __init__(self, values: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.values = tuple(values)
        self._known = frozenset(values)

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.values)}

    def convert(self, value: Any) -> str:
        if not isinstance(value, str):
            raise Complained(messages.wrong_type("a string", value))
        if value not in self._known:
            raise Complained(messages.not_allowed(value, self.values))
        return value


class Records(Strict):
    """A list of records, each with all its fields and no others."""

    def __init__(self, items: Mapping[str, Strict], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.items = dict(items)

    @property
    def json_schema(self) -> dict[str, Any]:
        record = {
            "type": "object",
            "properties": {name: item.json_schema for name, item in self.items.items()},
            "required": list(self.items),
            "additionalProperties": False,
        }
        return {"type": "array", "maxItems": LIST_LENGTH, "items": record}

    def convert(self, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise Complained(messages.wrong_type("an array", value))
        if len(value) > LIST_LENGTH:
            raise Complained(messages.too_many(len(value), LIST_LENGTH))
        wrong: dict[int, Any] = {}
        records = []
        for position, item in enumerate(value):
            try:
                records.append(self._record(item))
            except ValidationError as error:
                wrong[position] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return records

    def _record(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Complained(messages.wrong_type("an object", value))
        wrong: dict[str, Any] = {}
        record = {}
        for name, item in self.items.items():
            try:
                record[name] = item.deserialize(value[name], name, value) if name in value else _needed()
            except ValidationError as error:
                wrong[name] = error.messages
        for name in value.keys() - self.items.keys():
            wrong[name] = [messages.unknown_member(name, tuple(self.items))]
        if wrong:
            raise ValidationError(wrong)
        return record


def _needed() -> Any:
    raise Complained(messages.NEEDED)


def _bound(value: Decimal) -> int | float:
    """A bound for the API document alone, where JSON Schema wants a number."""
    return int(value) if numbers.is_integral(value) else float(value)
