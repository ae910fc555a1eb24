"""The values that a person puts in place of decided ones, held against what the ruleset declared when it decided."""

from __future__ import annotations

from typing import Any, NamedTuple

from marshmallow import ValidationError

from rules.model.policy import Ruleset
from rules.model.types import ListType, Record, Type
from service import messages, messages_reviews
from service.decider import Decider
from service.facts import faults, field_of, writer
from service.fields import LIST_LENGTH, Complained, Strict
from service.present import shown_type
from service.problems import Fault, pointer

Json = dict[str, Any]


class Outcomes(Strict):
    """Values by ruleset and output, as far as they can be read without knowing the rulesets."""

    @property
    def json_schema(self) -> Json:
        values = {"type": "object", "minProperties": 1}
        return {"type": "object", "minProperties": 1, "additionalProperties": values}

    def convert(self, value: Any) -> Json:
        if not isinstance(value, dict):
            raise Complained(messages.wrong_type("an object", value))
        if not value:
            raise Complained(messages_reviews.NOTHING_OVERRIDDEN)
        wrong: dict[str, Any] = {}
        for name, values in value.items():
            if not isinstance(values, dict):
                wrong[name] = [messages.wrong_type("an object", values)]
            elif not values:
                wrong[name] = [messages_reviews.NOTHING_OVERRIDDEN]
        if wrong:
            raise ValidationError(wrong)
        return value


class Overrides(NamedTuple):
    """Values in the notation of the record, and everything that is wrong with what was given."""

    outcomes: Json
    faults: tuple[Fault, ...]


def overrides(given: Json, decided: Json, decider: Decider) -> Overrides:
    """Check values by ruleset and output. `decided` has the outcomes on record, `decider` is of their release."""
    outcomes: Json = {}
    wrong: list[Fault] = []
    for name, values in given.items():
        path = ("outcomes", name)
        if name not in decided:
            wrong.append(Fault(messages_reviews.not_in_the_decision(name, tuple(decided)), pointer(path)))
            continue
        ruleset = decider.policy.checked.rulesets[name].source
        written, found = _values(values, ruleset, decider.policy.checked.policy.calendar.zone)
        if not found and all(decided[name]["values"].get(output) == value for output, value in written.items()):
            found.append(Fault(messages_reviews.AS_DECIDED, pointer(path)))
        outcomes[name] = written
        wrong += found
    return Overrides(outcomes, tuple(wrong))


def _values(values: Json, ruleset: Ruleset, zone: str) -> tuple[Json, list[Fault]]:
    written: Json = {}
    wrong: list[Fault] = []
    for name, value in values.items():
        path = ("outcomes", ruleset.name, name)
        output = ruleset.outputs.get(name)
        if output is None:
            complaint = messages_reviews.unknown_output(name, ruleset.name, tuple(ruleset.outputs))
            wrong.append(Fault(complaint, pointer(path)))
            continue
        type_ = shown_type(ruleset, output)
        try:
            written[name] = writer(type_, zone)(_field(type_, zone).convert(value))
        except ValidationError as error:
            wrong.extend(faults(error.messages, path, value))
    return written, wrong


def _field(type_: Type, zone: str) -> Strict:
    if isinstance(type_, ListType) and not isinstance(type_.item, Record):
        return _Listed(_field(type_.item, zone))
    return field_of(type_, zone=zone)


class _Listed(Strict):
    """A list of values of one type."""

    def __init__(self, item: Strict) -> None:
        super().__init__()
        self._item = item

    def convert(self, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise Complained(messages.wrong_type("an array", value))
        if len(value) > LIST_LENGTH:
            raise Complained(messages.too_many(len(value), LIST_LENGTH))
        wrong: dict[int, Any] = {}
        items = []
        for position, item in enumerate(value):
            try:
                items.append(self._item.convert(item))
            except ValidationError as error:
                wrong[position] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return items
