"""The facts of a request: marshmallow schemas made from the vocabulary, nested as in the JSON.

`{"customer": {"size": "large"}}` becomes `{"customer.size": "large"}`. The quick way (`accept`) takes only what
is entirely right; everything else goes through marshmallow, which finds every fault.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validates_schema

from rules.feel.temporal_text import format_duration
from rules.model.policy import Fact
from rules.model.types import Enum, ListType, Record, Scalar, Type
from rules.model.values import DateTime, DayTimeDuration, YearMonthDuration
from service import fields as ours
from service import messages, numbers
from service.accept import Place, Taken, take, taker
from service.ledger.canonical import Written
from service.moments import Moment, moment
from service.problems import Complaint, Fault, meant, pointer

Tree = dict[str, Any]
"""Groups by their part of the name down to fields: `{"customer": {"size": Choice}, "visits": Records}`."""


class Group(Schema):
    """A level of nesting; knows the whole vocabulary, so that it can say which fact was meant."""

    path: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def _refuse_other_types(self, data: Any, **kwargs: Any) -> Any:
        if not isinstance(data, dict):
            raise ours.Complained(messages.wrong_type("an object", data))
        return data

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _refuse_unknown(self, data: Any, original: Any, **kwargs: Any) -> None:
        names = {field.data_key for field in self.declared_fields.values()}
        wrong = {name: [self._unknown(name, value)] for name, value in original.items() if name not in names}
        if wrong:
            raise ValidationError(wrong)

    def _unknown(self, name: str, value: Any) -> Complaint:
        if not self.path and name in self.known:
            return messages.unknown_fact(name, (), messages.nested_hint(name))
        full = ".".join((*self.path, name))
        elsewhere = [fact for fact in self.known if fact.endswith(f".{name}")]
        hint = meant(elsewhere[0]) if len(elsewhere) == 1 else ""
        candidates = _groups(self.known) if isinstance(value, dict) else self.known
        return messages.unknown_fact(full, candidates, hint)


class Read(NamedTuple):
    """Facts by their dotted names, or every fault. `as_given` is the JSON given where it is the JSON to record."""

    facts: dict[str, Any]
    faults: tuple[Fault, ...]
    as_given: Written | None


class Facts:
    """Reads the facts of a request for one vocabulary."""

    def __init__(self, vocabulary: Mapping[str, Fact], zone: str = "UTC") -> None:
        self._known = tuple(vocabulary)
        self._tree: Tree = {}
        for fact in vocabulary.values():
            _plant(self._tree, fact, zone)
        self.schema: type[Group] = _schema(self._tree, (), self._known)
        self._loader = self.schema()
        self._places = _places(self._tree, "")
        self._in_order = all(map(_in_order, vocabulary.values()))
        self._writers = {name: (*_split(name), writer(fact.type)) for name, fact in vocabulary.items()}

    def read(self, value: Any) -> Read:
        """The facts by their dotted names with typed values, and every fault; null is left out."""
        taken = Taken()
        if take(self._places, value, taken):
            return Read(taken.facts, (), self._written(value) if taken.as_given else None)
        try:
            loaded = self._loader.load(value)
        except ValidationError as error:
            return Read({}, tuple(faults(error.messages, ("facts",), value)), None)
        return Read(dict(_flat(loaded, self._tree, "")), (), None)

    def _written(self, value: Tree) -> Written | None:
        """Facts that were taken, in canonical bytes: nothing in them is left that has none but a lone surrogate."""
        try:
            return Written(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)) if self._in_order else None
        except orjson.JSONEncodeError:
            return None

    def write(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts nested as in a request, in the one canonical notation of each type."""
        nested: dict[str, Any] = {}
        for name, value in facts.items():
            groups, last, write = self._writers[name]
            level = nested
            for group in groups:
                level = level.setdefault(group, {})
            level[last] = write(value)
        return nested


def field_of(type_: Type, fact: Fact | None = None, zone: str = "UTC", **kwargs: Any) -> ours.Strict:
    """The field for a fact, or for one field of a list's records."""
    bounds = {"minimum": fact.minimum, "maximum": fact.maximum} if fact else {}
    match type_:
        case Enum(values):
            return ours.Choice(values, **kwargs)
        case ListType(Record(items)):
            labels = fact.item_labels if fact else {}
            fields_ = {
                name: field_of(item, None, zone, required=True, label=_label(labels.get(name))) for name, item in items
            }
            return ours.Records(fields_, **kwargs)
        case Scalar("boolean"):
            return ours.Boolean(**kwargs)
        case Scalar("integer"):
            return ours.Integer(**bounds, **kwargs)
        case Scalar("money"):
            return ours.Money(**bounds, **kwargs)
        case Scalar("number" | "ratio"):
            return ours.Number(**bounds, **kwargs)
        case Scalar("date"):
            return ours.Date(**kwargs)
        case Scalar("date and time"):
            return Moment(zone, **kwargs)
        case Scalar("text"):
            return ours.Text(**kwargs)
    raise TypeError(f"no fact has the type {type_}")


def faults(errors: Any, path: tuple[str | int, ...], body: Any) -> Iterator[Fault]:
    """marshmallow's nested errors as faults, in the order of the members of the body where they have one."""
    if isinstance(errors, list):
        for complaint in errors:
            yield Fault(complaint, pointer(path))
        return
    order = {name: place for place, name in enumerate(body)} if isinstance(body, dict) else {}
    for step in sorted(errors, key=lambda step: (order.get(step, len(order)), str(step).rjust(9))):
        here = path if step == "_schema" and step not in order else (*path, step)
        below = _below(body, step)
        yield from faults(errors[step], here, below)


def writer(type_: Type, zone: str = "") -> Callable[[Any], Any]:
    """The function that turns a typed value into JSON: money with two places, decimals as text.

    A date and time comes out as the clocks of `zone` show it; as it stands where no zone is given.
    """
    match type_:
        case Scalar("money"):
            return _write_money
        case Scalar("integer"):
            return _write_integer
        case ListType(item):
            inner = writer(item, zone)
            return lambda value: [None if one is None else inner(one) for one in value]
        case Record(items):
            writers = {name: writer(item, zone) for name, item in items}
            return lambda value: {
                name: None if one is None else writers.get(name, _write)(one) for name, one in value.items()
            }
        case Scalar("date and time"):
            return lambda value: moment(value, zone)
    return _write


def _write_money(value: Decimal) -> str:
    if value and value.same_quantum(numbers.CENT):
        return str(value)
    return format(numbers.cents(value), "f")


def _write_integer(value: Decimal) -> int:
    if not numbers.is_integral(value) or abs(value) > numbers.MAX_INTEGER:
        raise ValueError(messages.beyond_json(str(value)))
    return int(value)


def _write(value: Any) -> Any:
    match value:
        case None | bool() | str():
            return value
        case Decimal():
            return numbers.text(value)
        case dt.date():
            return value.isoformat()
        case DateTime():
            return moment(value)
        case DayTimeDuration() | YearMonthDuration():
            return format_duration(value)
        case list() | tuple():
            return [_write(item) for item in value]
        case dict():
            return {str(name): _write(item) for name, item in value.items()}
    return str(value)


def _below(body: Any, step: str | int) -> Any:
    if isinstance(body, dict):
        return body.get(step)
    return body[step] if isinstance(body, list) and isinstance(step, int) and step < len(body) else None


def _split(name: str) -> tuple[tuple[str, ...], str]:
    """The groups that a fact stands in, and its own name there."""
    *groups, last = name.split(".")
    return tuple(groups), last


def _in_order(fact: Fact) -> bool:
    """Whether UTF-8 sorts its names as UTF-16 does, see `ledger.canonical`."""
    items = fact.type.item.fields if isinstance(fact.type, ListType) and isinstance(fact.type.item, Record) else ()
    return max("".join((fact.name, *(name for name, _ in items)))) <= "\uffff"


def _plant(tree: Tree, fact: Fact, zone: str) -> None:
    groups, last = _split(fact.name)
    for group in groups:
        tree = tree.setdefault(group, {})
    tree[last] = field_of(fact.type, fact, zone, label=_label(fact.label), data_key=last)


def _places(tree: Tree, prefix: str) -> Tree:
    """The same for the quick way."""
    return {
        name: _places(below, f"{prefix}{name}.")
        if isinstance(below, dict)
        else Place(prefix + name, taker(below), below)
        for name, below in tree.items()
    }


def _schema(tree: Tree, path: tuple[str, ...], known: tuple[str, ...]) -> type[Group]:
    """One schema a level. Attribute names are numbers, for a dot or `Meta` would mean something there."""
    members: dict[str, fields.Field] = {}  # type: ignore[type-arg]
    for place, (name, below) in enumerate(tree.items()):
        if isinstance(below, dict):
            inner = _schema(below, (*path, name), known)
            members[f"f{place}"] = fields.Nested(inner, data_key=name, allow_none=True)
        else:
            members[f"f{place}"] = below
    title = "Facts" + "".join(f"_{part}" for part in path)
    made: Any = Group.from_dict(members, name=title)
    made.path, made.known = path, known
    return made  # type: ignore[no-any-return]


def _flat(loaded: Mapping[str, Any], tree: Tree, prefix: str) -> Iterator[tuple[str, Any]]:
    for place, (name, below) in enumerate(tree.items()):
        value = loaded.get(f"f{place}")
        if value is None:
            continue
        if isinstance(below, dict):
            yield from _flat(value, below, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _groups(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.rpartition(".")[0] for name in names if "." in name))


def _label(label: Any) -> str:
    return f"{label.en} ({label.zh})" if label is not None else ""
