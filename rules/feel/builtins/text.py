"""Functions on text (DMN 1.5, table 70); positions and lengths count code points."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rules.feel.builtins.base import Builtin, builtin, overload
from rules.feel.errors import FeelFault
from rules.feel.kinds import described
from rules.feel.positions import index


def substring(string: str, start: Decimal, length: Decimal | None = None) -> str:
    """From a position on, to the end or for a length."""
    begin = index(start, len(string))
    if length is None:
        return string[begin:]
    if length < 0:
        raise FeelFault("the length is negative")
    return string[begin : begin + int(length)]


def string_join(items: list[str | None], delimiter: str | None = None) -> str:
    """The texts one after another; nulls among them are passed over."""
    wrong = next((item for item in items if item is not None and not isinstance(item, str)), None)
    if wrong is not None:
        raise FeelFault(f"`string join` takes texts, not {described(wrong)}")
    return (delimiter or "").join(item for item in items if item is not None)


def _after(string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


def _before(string: str, match: str) -> str:
    head, found, _ = string.partition(match) if match else ("", "", "")
    return head if found else ""


def _contains(string: str, match: str) -> bool:
    return match in string


TEXT: Final[tuple[Builtin, ...]] = (
    builtin(
        "substring", overload("string: string, start position: number, length?: number -> string", substring)
    ),
    builtin("string length", overload("string: string -> number", lambda string: Decimal(len(string)))),
    builtin("upper case", overload("string: string -> string", str.upper)),
    builtin("lower case", overload("string: string -> string", str.lower)),
    builtin("substring before", overload("string: string, match: string -> string", _before)),
    builtin("substring after", overload("string: string, match: string -> string", _after)),
    builtin("contains", overload("string: string, match: string -> boolean", _contains)),
    builtin("starts with", overload("string: string, match: string -> boolean", str.startswith)),
    builtin("ends with", overload("string: string, match: string -> boolean", str.endswith)),
    builtin("string join", overload("list: list, delimiter?: string? -> string", string_join)),
)
