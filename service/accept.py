"""The quick way through the schemas: takes facts that are right, and nothing else.

It is made from the same fields as the marshmallow schemas. What it takes, marshmallow takes with the same
result (a property test holds the two equal); whatever it does not take goes through marshmallow, which finds
every fault. Facts that are given in the one notation in which they are recorded need not be written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from marshmallow import ValidationError

from service import fields as ours

Take = Callable[[Any], Any]
"""The typed value of a JSON value in the notation in which it is recorded, or None."""

_COUNTS: Final = tuple(map(Decimal, range(1_000)))
"""Small integers as decimals: looking one up is quicker than making it."""


def taker(field: ours.Strict) -> Take | None:
    """The quickest way to take a field's usual notation, None where there is none."""
    match field:
        case ours.Boolean():
            return _boolean
        case ours.Choice():
            return {value: value for value in field.values}.get
        case ours.Integer():
            return _integer(field)
        case ours.Money():
            return _money(field)
        case ours.Records():
            return _records(field)
        case ours.Date() | ours.Text():
            return _converted(field)
    return None


class Taken:
    """The facts of one request as they are taken; `as_given` while the JSON given is the JSON to record."""

    __slots__ = ("as_given", "facts")

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}
        self.as_given = True


class Place(NamedTuple):
    """Where a fact stands: its dotted name, its taker if it has one, and its field."""

    name: str
    quick: Take | None
    field: ours.Strict


def take(places: Mapping[str, Any], value: Any, taken: Taken) -> bool:
    """Take the facts of a nested object; false if anything in it is not right.

    `places` are objects of further places, or for each fact its `Place`.
    """
    if type(value) is not dict:
        return False
    if not value:
        taken.as_given = False
    facts = taken.facts
    for member, item in value.items():
        place = places.get(member)
        if place is None:
            return False
        if item is None:
            taken.as_given = False
        elif type(place) is dict:
            if not take(place, item, taken):
                return False
        else:
            name, quick, field = place
            try:
                found = None if quick is None else quick(item)
            except TypeError:  # a list or an object where a text should stand
                return False
            if found is None:
                found = _otherwise(field, item)
                taken.as_given = False
                if found is None:
                    return False
            facts[name] = found
    return True


def _otherwise(field: ours.Strict, item: Any) -> Any:
    """The value in another notation than that of the record; None for what is not right."""
    try:
        return field.convert(item)
    except ValidationError:
        return None


def _boolean(value: Any) -> bool | None:
    return value if value is True or value is False else None


def _integer(field: ours.Integer) -> Take:
    low, high = int(field.minimum), int(field.maximum)

    def one(value: Any) -> Decimal | None:
        if type(value) is not int or not low <= value <= high:
            return None
        return _COUNTS[value] if 0 <= value < len(_COUNTS) else Decimal(value)

    return one


def _money(field: ours.Money) -> Take:
    low, high = field.minimum, field.maximum

    def one(value: Any) -> Decimal | None:
        if type(value) is not str or ours.CENTS.fullmatch(value) is None:
            return None
        amount = Decimal(value)
        return amount if low <= amount <= high else None

    return one


def _converted(field: ours.Strict) -> Take:
    def one(value: Any) -> Any:
        try:
            return field.convert(value)
        except ValidationError:
            return None

    return one


def _records(field: ours.Records) -> Take | None:
    takers = {name: taker(item) for name, item in field.items.items()}
    if None in takers.values():
        return None
    names = takers.keys()

    def one(value: Any) -> list[dict[str, Any]] | None:
        if type(value) is not list or len(value) > ours.LIST_LENGTH:
            return None
        records = []
        for item in value:
            if type(item) is not dict or item.keys() != names:
                return None
            record = {name: take_(item[name]) for name, take_ in takers.items()}  # type: ignore[misc]
            if None in record.values():
                return None
            records.append(record)
        return records

    return one
