"""Functions on text with regular expressions (DMN 1.5, table 70)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from rules.feel.builtins.base import Builtin, builtin, overload
from rules.feel.errors import FeelFault
from rules.feel.patterns import compiled
from rules.model.values import Value


def matches(text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the pattern is found anywhere in the text."""
    return compiled(pattern, flags or "").search(text) is not None


def replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """The text with every match replaced; `$1` in the replacement is what the first group matched."""
    regex = compiled(pattern, flags or "")
    if regex.search(""):
        raise FeelFault(f"`{pattern}` matches the empty text")
    if "q" in (flags or ""):
        return regex.sub(lambda _: replacement, text)
    return regex.sub(_replacer(replacement, regex.groups), text)


def split(text: str, delimiter: str) -> Value:
    """The parts of the text between matches of the pattern."""
    regex = compiled(delimiter, "")
    if regex.search(""):
        raise FeelFault(f"`{delimiter}` matches the empty text")
    parts: list[Value] = []
    at = 0
    for found in regex.finditer(text):
        parts.append(text[at : found.start()])
        at = found.end()
    return [*parts, text[at:]]


def _replacer(replacement: str, groups: int) -> Callable[[re.Match[str]], str]:
    """What to put in for a match: literal text and the numbers of groups in turn."""
    parts = _parts(replacement, groups)

    def put(found: re.Match[str]) -> str:
        return "".join(part if isinstance(part, str) else _group(found, part, groups) for part in parts)

    return put


def _group(found: re.Match[str], number: int, groups: int) -> str:
    return (found[number] or "") if number <= groups else ""


def _parts(replacement: str, groups: int) -> list[str | int]:
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        char, following = replacement[at], replacement[at + 1 : at + 2]
        if char == "\\" and following in ("\\", "$") and following:
            parts.append(following)
            at += 2
        elif char == "$" and following.isdigit():
            number, at = _reference(replacement, at + 1, groups)
            parts.append(number)
        elif char in "\\$":
            raise FeelFault(f"`{char}` in the replacement `{replacement}` stands alone")
        else:
            parts.append(char)
            at += 1
    return parts


def _reference(replacement: str, at: int, groups: int) -> tuple[int, int]:
    """The number of a group: as many digits as make one that there is."""
    number = int(replacement[at])
    at += 1
    while (
        at < len(replacement) and replacement[at].isdigit() and number * 10 + int(replacement[at]) <= groups
    ):
        number, at = number * 10 + int(replacement[at]), at + 1
    return number, at


MATCHING: Final[tuple[Builtin, ...]] = (
    builtin("matches", overload("input: string, pattern: string, flags?: string? -> boolean", matches)),
    builtin(
        "replace",
        overload("input: string, pattern: string, replacement: string, flags?: string? -> string", replace),
    ),
    builtin("split", overload("string: string, delimiter: string -> list", split)),
)
