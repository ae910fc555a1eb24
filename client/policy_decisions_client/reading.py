"""Answers read member by member, so that what is not as documented is told with its place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from policy_decisions_client.errors import UnexpectedAnswer

T = TypeVar("T")


def parsed(content: bytes) -> Any:
    """The JSON of an answer; numbers with a fraction are Decimal, never float. Raises `UnexpectedAnswer`."""
    try:
        return json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise UnexpectedAnswer(f"the answer is not JSON: {content[:80]!r}") from None


class Reader:
    """A JSON object of an answer; members that are not asked for may be anything. All raise `UnexpectedAnswer`."""

    def __init__(self, document: Any, place: str = "") -> None:
        if not isinstance(document, dict):
            raise UnexpectedAnswer(f"the answer should have an object at `{place or '/'}`")
        self.document: dict[str, Any] = document
        self._place = place

    def text(self, name: str) -> str:
        return self._typed(name, str, "text")

    def maybe_text(self, name: str) -> str | None:
        return None if self.document.get(name) is None else self.text(name)

    def count(self, name: str) -> int:
        return self._typed(name, int, "a whole number")

    def flag(self, name: str, standard: bool) -> bool:
        return self._typed(name, bool, "true or false") if name in self.document else standard

    def texts(self, name: str) -> tuple[str, ...]:
        listed = self._typed(name, list, "a list")
        if not all(isinstance(one, str) for one in listed):
            raise self._unexpected(name, "texts")
        return tuple(listed)

    def day(self, name: str) -> dt.date:
        return as_day(self.text(name)) or self._fail(name, "a day")

    def moment(self, name: str) -> dt.datetime:
        return as_moment(self.text(name)) or self._fail(name, "a date and time")

    def values(self, name: str) -> Values:
        return Values(self._typed(name, dict, "an object"))

    def one(self, name: str) -> Reader:
        return Reader(self.document.get(name), f"{self._place}/{name}")

    def maybe(self, name: str) -> Reader | None:
        return None if self.document.get(name) is None else self.one(name)

    def many(self, name: str) -> Iterator[Reader]:
        for step, item in enumerate(self._typed(name, list, "a list")):
            yield Reader(item, f"{self._place}/{name}/{step}")

    def each(self, name: str) -> Iterator[tuple[str, Reader]]:
        for key, item in self._typed(name, dict, "an object").items():
            yield key, Reader(item, f"{self._place}/{name}/{key}")

    def _typed(self, name: str, kind: type[T], expected: str) -> T:
        value = self.document.get(name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self._unexpected(name, expected)
        return value

    def _unexpected(self, name: str, expected: str) -> UnexpectedAnswer:
        return UnexpectedAnswer(f"the answer should have {expected} at `{self._place}/{name}`")

    def _fail(self, name: str, expected: str) -> Any:
        raise self._unexpected(name, expected)


class Values(Mapping[str, Any]):
    """Values by name as JSON has them. Amounts and ratios are text: take them with `decimal`, which is exact."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)

    def decimal(self, name: str) -> Decimal:
        """An amount, ratio or number, exactly. Raises KeyError, and TypeError for what is none."""
        value = self._values[name]
        if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
            try:
                return Decimal(value)
            except InvalidOperation:
                pass
        raise TypeError(f"`{name}` is not a number: {value!r}")

    def day(self, name: str) -> dt.date:
        """A date. Raises KeyError, and TypeError for what is none."""
        if (day := as_day(self._values[name])) is None:
            raise TypeError(f"`{name}` is not a date: {self._values[name]!r}")
        return day

    def moment(self, name: str) -> dt.datetime:
        """A date and time with its offset. Raises KeyError, and TypeError for what is none."""
        if (moment := as_moment(self._values[name])) is None:
            raise TypeError(f"`{name}` is not a date and time: {self._values[name]!r}")
        return moment


def as_day(text: Any) -> dt.date | None:
    """The day in a text, None where it holds none."""
    try:
        return dt.date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def as_moment(text: Any) -> dt.datetime | None:
    """The moment in a text, None where it holds none or has no offset."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.utcoffset() is not None else None
