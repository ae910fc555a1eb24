"""Functions on text with regular expressions (DMN 1.5, table 70)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from rules.feel.arithmetic import MAX_LENGTH
from rules.feel.builtins.base import Builtin, Runtime, builtin, overload
from rules.feel.errors import FeelFault
from rules.feel.patterns import Found, Pattern, compiled
from rules.model.values import Value


def matches(runtime: Runtime, text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the pattern is found anywhere in the text."""
    ready = compiled(pattern, flags or "")
    runtime.step(ready.steps(len(text)))
    return ready.found(text)


def replace(
    runtime: Runtime, text: str, pattern: str, replacement: str, flags: str | None = None
) -> str:
    """The text with every match replaced; `$1` in the replacement is what the first group matched."""
    ready = _never_empty(pattern, flags or "")
    put = _replacer(replacement, ready.groups) if "q" not in (flags or "") else lambda _: replacement
    parts: list[str] = []
    at = length = 0
    for found in _each(runtime, ready, text):
        parts += (text[at : found.start()], put(found))
        length += len(parts[-1])
        if length > MAX_LENGTH:
            raise FeelFault("the result is too long")
        at = found.end()
    return "".join([*parts, text[at:]])


def split(runtime: Runtime, text: str, delimiter: str) -> Value:
    """The parts of the text between matches of the pattern."""
    parts: list[Value] = []
    at = 0
    for found in _each(runtime, _never_empty(delimiter, ""), text):
        parts.append(text[at : found.start()])
        at = found.end()
    return [*parts, text[at:]]


def _never_empty(pattern: str, flags: str) -> Pattern:
    ready = compiled(pattern, flags)
    if ready.found(""):
        raise FeelFault(f"`{pattern}` matches the empty text")
    return ready


def _each(runtime: Runtime, ready: Pattern, text: str) -> Iterator[Found]:
    """Every match; each may have to look through all the rest of the text."""
    runtime.step(ready.steps(len(text)))
    for found in ready.each(text):
        runtime.step(ready.steps(len(text) - found.end()))
        yield found


def _replacer(replacement: str, groups: int) -> Callable[[Found], str]:
    """What to put in for a match: literal text and the numbers of groups in turn."""
    parts = _parts(replacement, groups)

    def put(found: Found) -> str:
        return "".join(part if isinstance(part, str) else _group(found, part, groups) for part in parts)

    return put


def _group(found: Found, number: int, groups: int) -> str:
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
    builtin(
        "matches",
        overload("input: string, pattern: string, flags?: string? -> boolean", matches, runtime=True),
    ),
    builtin(
        "replace",
        overload(
            "input: string, pattern: string, replacement: string, flags?: string? -> string", replace, runtime=True
        ),
    ),
    builtin("split", overload("string: string, delimiter: string -> list", split, runtime=True)),
)
