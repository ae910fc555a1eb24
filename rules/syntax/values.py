"""Scalars of a rule file -> typed values. Numbers are read from their text, never through a float."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from rules.feel.temporal_text import parse_date_time
from rules.model.types import BOOLEAN, DATE, DATE_TIME, INTEGER, MONEY, NUMERIC, TEXT, Enum, ListType, Type, describe
from rules.model.values import DECIMAL128, DateTime, Value
from rules.syntax import messages, shape
from rules.syntax.shape import Found
from rules.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_NUMBER_TO_SOME = re.compile(
    r"[-+]?(\.[0-9][0-9_]*|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?|0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
    re.ASCII,
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_WORDS_TO_SOME = frozenset({"True", "TRUE", "False", "FALSE", "Null", "NULL", "~"})


def is_null(node: Node) -> bool:
    """Whether a plain `null` is written there."""
    return isinstance(node, Scalar) and node.plain and node.text == "null"


def typed(node: Node, type_: Type, found: Found) -> Value:
    """The value of a declared type that is written there; None where it is not of that type."""
    if isinstance(type_, ListType):
        return [typed(item, type_.item, found) for item in shape.items(node, found)]
    written = shape.scalar(node, found)
    if written is None:
        return None
    if isinstance(type_, Enum):
        shape.choice(written, type_.values, "", found)
        return written.text
    if type_ in NUMERIC:
        return _typed_number(written, type_, found)
    if type_ == BOOLEAN and written.plain and isinstance(_WORDS.get(written.text), bool):
        return _WORDS[written.text]
    if type_ == DATE:
        return date(written, found)
    if type_ == DATE_TIME:
        return moment(written, found)
    if type_ == TEXT and (not written.plain or isinstance(untyped(written, found), str)):
        return written.text
    hint = "quote it" if type_ == TEXT else "`true` or `false`, without quotes" if type_ == BOOLEAN else ""
    found.append(messages.bad_value(written, written.text, f"a {describe(type_)}", hint))
    return None


def date(node: Scalar, found: Found) -> dt.date | None:
    """A calendar day, `2026-11-23`."""
    try:
        if _DATE.fullmatch(node.text):
            return dt.date.fromisoformat(node.text)
    except ValueError:
        pass
    found.append(messages.bad_value(node, node.text, "a date", "write a day of the calendar as `2026-11-23`"))
    return None


def moment(node: Scalar, found: Found) -> DateTime | None:
    """A date and time with its offset from UTC, `2026-11-23T09:00:00+08:00`."""
    value = parse_date_time(node.text)
    if value is None or not isinstance(value.time.zone, int):
        hint = "write it with its offset from UTC, as in `2026-11-23T09:00:00+08:00`"
        found.append(messages.bad_value(node, node.text, "a date and time", hint))
    return value


def number(node: Scalar, found: Found) -> Decimal | None:
    """An exact number, `-1250.50`."""
    if not node.plain or not _NUMBER.fullmatch(node.text):
        hint = "write a number as in `-1250.50`, without quotes, exponent or separators"
        found.append(messages.bad_value(node, node.text, "a number", hint))
        return None
    return _exact(node, found)


def untyped(node: Node, found: Found) -> Value:
    """Nested facts as YAML has them: true, false, null, numbers, texts (dates too), lists, mappings."""
    if isinstance(node, Mapping):
        return {key.text: untyped(value, found) for key, value in node.entries.values()}
    if isinstance(node, Sequence):
        return [untyped(item, found) for item in node.items]
    if not node.plain:
        return node.text
    if not node.text:
        found.append(messages.blank(node))
        return None
    if node.text in _WORDS:
        return _WORDS[node.text]
    if _NUMBER.fullmatch(node.text):
        return _exact(node, found)
    if node.text in _WORDS_TO_SOME:
        found.append(messages.ambiguous_word(node, node.text))
    elif _NUMBER_TO_SOME.fullmatch(node.text):
        found.append(messages.ambiguous_value(node, node.text))
    return node.text


def _typed_number(node: Scalar, type_: Type, found: Found) -> Decimal | None:
    value = number(node, found)
    if value is None:
        return None
    places = -int(value.as_tuple().exponent)
    if type_ == INTEGER and places > 0:
        found.append(messages.bad_value(node, node.text, "an integer", "write it without decimal places"))
    if type_ == MONEY and places > 2:
        found.append(messages.bad_value(node, node.text, "an amount of money", "at most two decimal places"))
    return value


def _exact(node: Scalar, found: Found) -> Decimal | None:
    if len(node.text.lstrip("-0.").replace(".", "")) > DECIMAL128.prec:
        found.append(messages.too_many_digits(node, node.text))
        return None
    return Decimal(node.text)
