"""Strict JSON (RFC 8259 as narrowed by I-JSON, RFC 7493): what can be read in two ways is refused.

Numbers come from their text, as int or Decimal, never as float. The grammar is the standard library's;
its hooks mark what it would let pass, and one walk turns the marks into faults with their pointers.

A text that a quicker reader writes back byte for byte has nothing in it to mark: no name twice, no blanks, no
number that would be another one. That is how programs write, so most texts are read in a fraction of the time.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple

import orjson

from service import messages, messages_api, messages_json
from service.problems import Complaint, Fault, Refusal, pointer

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 32
_LONGEST_NUMBER: Final = 400
_LARGEST_EXPONENT: Final = 400
_INT_DIGITS: Final = 18
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_UNSPEAKABLE: Final = re.compile("[\x00\ud800-\udfff]")
_OTHERWISE: Final = re.compile(rb"[0-9](?:[.eE]|[0-9]{18})")
"""Outside of texts: a decimal, or an integer that is read as one."""

Path = tuple[str | int, ...]


class _Marked:
    """A value that the grammar takes and we do not."""

    __slots__ = ("complaint",)

    def __init__(self, complaint: Complaint) -> None:
        self.complaint = complaint


class _Repeated(dict[str, Any]):
    """An object in which these names stand more than once."""

    names: tuple[str, ...] = ()


class Doubt(NamedTuple):
    """A place of a value whose text can be read in two ways, or should not be read at all."""

    path: Path
    complaint: Complaint


def read(body: bytes) -> Any:
    """The value of a JSON text. Raises `Refusal` (400, or 413 beyond `MAX_BYTES`) with every fault found."""
    value, doubts = examine(body, MAX_BYTES)
    if doubts:
        raise Refusal(messages.NOT_JSON, tuple(Fault(complaint, pointer(path)) for path, complaint in doubts))
    return value


def examine(body: bytes, most: int) -> tuple[Any, tuple[Doubt, ...]]:
    """The value of a JSON text, and each of its places that must not be used.

    Raises `Refusal` where nothing of it can be read: 400, or 413 beyond `most` bytes.
    """
    if len(body) > most:
        raise Refusal(messages.TOO_LARGE, detail=messages_api.most_bytes(most))
    quick = _quickly(body)
    if quick is not None:
        return quick, ()
    text = _decode(body)
    reading = _Reading()
    try:
        value = reading.decoder.decode(text)
    except json.JSONDecodeError as error:
        raise _refused(messages_json.not_json(error.lineno, error.colno, error.msg)) from None
    except RecursionError:
        raise _refused(messages_json.TOO_DEEP) from None
    doubtful = reading.marked or "\\u" in text or (text.count("[") + text.count("{") > MAX_DEPTH and _too_deep(value))
    return value, tuple(_walk(value, ())) if doubtful else ()


def _quickly(body: bytes) -> dict[str, Any] | None:
    """The object in a text that can be read in one way only, None where a closer look is needed."""
    if not body.startswith(b"{") or b"\\" in body or _OTHERWISE.search(b"".join(body.split(b'"')[::2])):
        return None
    try:
        value: dict[str, Any] = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if orjson.dumps(value) != body or (body.count(b"[") + body.count(b"{") > MAX_DEPTH and _too_deep(value)):
        return None
    return value


def number(text: str) -> int | Decimal | None:
    """The number that a text holds in the notation of JSON, None where it holds none."""
    if len(text) > _LONGEST_NUMBER or _NUMBER.fullmatch(text) is None:
        return None
    return _integer(text) if text.lstrip("-").isdigit() else _decimal(text)


def _decode(body: bytes) -> str:
    if not body.strip(b" \t\r\n"):
        raise _refused(messages_json.EMPTY)
    if body.startswith(b"\xef\xbb\xbf"):
        raise _refused(messages_json.HAS_BOM)
    if body[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in body[:4]:
        raise _refused(messages_json.UTF_16)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused(messages_json.not_utf8(error.start)) from None


def _refused(complaint: Complaint) -> Refusal:
    return Refusal(messages.NOT_JSON, (Fault(complaint, ""),))


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _INT_DIGITS else Decimal(text)


def _decimal(text: str) -> Decimal | None:
    """A decimal, None where its exponent is absurd: nothing ever expands a huge one."""
    _, _, exponent = text.replace("E", "e").partition("e")
    if exponent and abs(int(exponent)) > _LARGEST_EXPONENT:
        return None
    return Decimal(text)


class _Reading:
    """One text being read; `marked` once something has to be told."""

    def __init__(self) -> None:
        self.marked = False
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=self._int,
            parse_float=self._float,
            parse_constant=self._constant,
        )

    def _mark(self, complaint: Complaint) -> _Marked:
        self.marked = True
        return _Marked(complaint)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) == len(pairs):
            return value
        self.marked = True
        repeated = _Repeated(value)
        counts = Counter(name for name, _ in pairs)
        repeated.names = tuple(name for name, count in counts.items() if count > 1)
        return repeated

    def _int(self, text: str) -> int | Decimal | _Marked:
        return _integer(text) if len(text) <= _LONGEST_NUMBER else self._mark(messages_json.bad_number(text))

    def _float(self, text: str) -> Decimal | _Marked:
        value = _decimal(text) if len(text) <= _LONGEST_NUMBER else None
        return self._mark(messages_json.bad_number(text)) if value is None else value

    def _constant(self, name: str) -> _Marked:
        return self._mark(messages_json.bad_constant(name))


def _too_deep(value: Any) -> bool:
    """Whether there are more levels than allowed; of a whole batch, in a fraction of a walk's time."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            item
            for one in level
            for item in (one.values() if isinstance(one, dict) else one)
            if isinstance(item, dict | list)
        ]
        if not level:
            return False
    return True


def _walk(value: Any, path: Path) -> Iterator[Doubt]:
    """Everything wrong in a value, in the order of the text; nothing below the deepest level allowed."""
    if isinstance(value, _Marked):
        yield Doubt(path, value.complaint)
    elif isinstance(value, str):
        if _UNSPEAKABLE.search(value):
            yield Doubt(path, messages_json.BAD_TEXT)
    elif isinstance(value, dict | list):
        if len(path) >= MAX_DEPTH:
            yield Doubt(path, messages_json.TOO_DEEP)
            return
        if isinstance(value, _Repeated):
            for name in value.names:
                yield Doubt((*path, name), messages_json.repeated_member(name))
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(step, str) and _UNSPEAKABLE.search(step):
                yield Doubt((*path, step), messages_json.BAD_TEXT)
            yield from _walk(item, (*path, step))
