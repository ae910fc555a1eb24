"""FEEL's types: their notation, which values belong to them, and the implicit conversions.

DMN 1.5, 10.3.2.9: a value conforms to a type or is converted to it (a list of one to its item, a value
to a list of one, a date to a date and time); otherwise it becomes null.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rules.feel import kinds
from rules.feel.calendar import AnyDate
from rules.feel.errors import FeelFault, FeelSyntaxError
from rules.feel.functions import Function
from rules.feel.kinds import kind_of
from rules.feel.names import WORD
from rules.model.values import DateTime, Range, Time, Value

ANY: Final = "Any"
MAX_DEPTH: Final = 50
_HINT: Final = "for example `number`, `string`, `date`, `list<number>`, `context<a: string>`"
_SPACED = ("years and months duration", "days and time duration", "date and time")
_PARAMETRIC: Final = ("list", "range", "context", "function")
_NAMES: Final = frozenset(
    (ANY, "Null", "number", "string", "boolean", "date", "time", *_SPACED, *_PARAMETRIC)
)
_ALIASES: Final = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "any": ANY,
    "null": "Null",
}


@dataclass(frozen=True, slots=True)
class Type:
    """`name<of>`: the item of a list or range, the entries of a context, a function's parameters.

    `of` is None where nothing was said, so that `context` and `context<>` differ.
    """

    name: str
    of: tuple[tuple[str, Type], ...] | None = None
    result: Type | None = None

    def __str__(self) -> str:
        if self.of is None:
            return self.name
        inner = ", ".join(f"{label}: {of}" if label else str(of) for label, of in self.of)
        return f"{self.name}<{inner}>" + (f" -> {self.result}" if self.result else "")


def parse_type(text: str) -> Type:
    """The type that the whole text denotes; raises `FeelSyntaxError`."""
    found, end = scan_type(text, 0)
    if text[end:].strip():
        raise FeelSyntaxError(f"expected the end of the type, found `{text[end:].strip()}`", end, len(text))
    return found


def scan_type(text: str, at: int, depth: int = 0) -> tuple[Type, int]:
    """The type that begins at offset `at`, and the offset behind it."""
    at = _skip(text, at)
    if depth > MAX_DEPTH:
        raise FeelSyntaxError("the type is nested too deeply", at, at + 1)
    for name in _SPACED:
        found = re.compile(name.replace(" ", r"\s+") + r"(?!\w)").match(text, at)
        if found:
            return Type(name), found.end()
    word = WORD.match(text, at)
    if not word:
        raise FeelSyntaxError(f"expected a type, found {_shown(text, at)}", at, at + 1, _HINT)
    name, at = _ALIASES.get(word.group(), word.group()), word.end()
    while name not in _NAMES and text.startswith(".", at) and (word := WORD.match(text, at + 1)):
        name, at = f"{name}.{word.group()}", word.end()
    opened = _skip(text, at)
    if name not in _PARAMETRIC or not text.startswith("<", opened):
        return Type(name), at
    of, at = _arguments(text, opened + 1, name == "context", depth)
    arrow = _skip(text, at)
    if name == "function" and text.startswith("->", arrow):
        result, at = scan_type(text, arrow + 2, depth + 1)
        return Type(name, of, result), at
    return Type(name, of), at


def _arguments(text: str, at: int, labelled: bool, depth: int) -> tuple[tuple[tuple[str, Type], ...], int]:
    found: list[tuple[str, Type]] = []
    at = _skip(text, at)
    while not text.startswith(">", at):
        label = ""
        if labelled:
            label, at = _label(text, at)
        of, at = scan_type(text, at, depth + 1)
        found.append((label, of))
        at = _skip(text, at)
        if text.startswith(",", at):
            at = _skip(text, at + 1)
        elif not text.startswith(">", at):
            raise FeelSyntaxError(f"expected `,` or `>` in the type, found {_shown(text, at)}", at, at + 1)
    return tuple(found), at + 1


def _label(text: str, at: int) -> tuple[str, int]:
    colon = text.find(":", at)
    label = text[at:colon].strip()
    if colon < 0 or not WORD.match(label):
        raise FeelSyntaxError("expected an entry name and `:` in the type", at, at + 1)
    return label, colon + 1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _shown(text: str, at: int) -> str:
    return f"`{text[at]}`" if at < len(text) else "the end"


def is_instance(value: Value, wanted: Type) -> bool:
    """`value instance of wanted`; null is of type Null alone. Raises `FeelFault` for an unknown type."""
    if wanted.name not in _NAMES:
        raise FeelFault(f"there is no type `{wanted.name}`")
    if value is None:
        return wanted.name == kinds.NULL
    if wanted.name == ANY:
        return True
    if wanted.name != kind_of(value):
        return False
    return wanted.of is None or _contents_conform(value, wanted)


def _contents_conform(value: Value, wanted: Type) -> bool:
    of = wanted.of or ()
    if wanted.name == kinds.FUNCTION:
        return _function_conforms(value, of, wanted.result)
    if wanted.name == kinds.CONTEXT:
        return all(label in value and _conforms(value[label], part) for label, part in of)
    if not of:
        return True
    inner = of[0][1]
    if isinstance(value, Range):
        return all(_conforms(end, inner) for end in (value.low, value.high))
    return all(_conforms(item, inner) for item in value)


def _conforms(value: Value, wanted: Type) -> bool:
    return value is None or is_instance(value, wanted)


def _function_conforms(value: Value, of: tuple[tuple[str, Type], ...], result: Type | None) -> bool:
    """Its parameters must take whatever is promised; of its result nothing is known but that it is Any."""
    if not isinstance(value, Function) or len(value.parameters) != len(of):
        return False
    declared = (parse_type(text) if text else Type(ANY) for _, text in value.parameters)
    takes = all(is_subtype(part, own) for own, (_, part) in zip(declared, of, strict=True))
    return takes and (result is None or result.name == ANY)


def is_subtype(part: Type, whole: Type) -> bool:
    """Whether every value of `part` is one of `whole` (DMN 1.5, 10.3.2.9.1)."""
    if whole.name == ANY or part.name == kinds.NULL:
        return True
    if part.name != whole.name or whole.of is None or part.of is None:
        return part.name == whole.name and whole.of is None
    if part.name == kinds.CONTEXT:
        entries = dict(part.of)
        return all(label in entries and is_subtype(entries[label], of) for label, of in whole.of)
    if part.name != kinds.FUNCTION:
        return all(is_subtype(a, b) for (_, a), (_, b) in zip(part.of, whole.of, strict=False))
    takes = all(is_subtype(b, a) for (_, a), (_, b) in zip(part.of, whole.of, strict=False))
    return (
        takes
        and len(part.of) == len(whole.of)
        and is_subtype(part.result or Type(ANY), whole.result or Type(ANY))
    )


def conform(value: Value, wanted: Type) -> Value:
    """The value, converted where the standard allows it; raises `FeelFault` where it does not conform."""
    if value is None or is_instance(value, wanted):
        return value
    if wanted.name == kinds.LIST and not isinstance(value, list) and is_instance([value], wanted):
        return [value]
    if isinstance(value, list) and len(value) == 1 and wanted.name != kinds.LIST:
        return conform(value[0], wanted)
    if wanted.name == kinds.DATE_TIME and kind_of(value) == kinds.DATE:
        return midnight(value)
    raise FeelFault(f"expected {wanted}, found {kinds.described(value)}")


def midnight(value: AnyDate) -> DateTime:
    """A date as a date and time: its first moment in UTC."""
    return DateTime(value, Time(0, 0))
