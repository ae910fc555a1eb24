"""The place of a key, for findings about a name whose value alone knows where it stands."""

from __future__ import annotations

from collections.abc import Mapping

from rules.source import Span


def before(texts: Mapping[str, str], value: Span, name: str) -> Span:
    """The key `name` before a value: on its line, or on the line above; the value where it is not there."""
    lines = texts.get(value.file, "").split("\n")
    for line, end in ((value.line, value.column - 1), (value.line - 1, None)):
        at = lines[line - 1].rfind(name, 0, end) if 0 < line <= len(lines) else -1
        if at >= 0:
            return Span(value.file, line, at + 1, len(name))
    return value


def below(texts: Mapping[str, str], start: Span, key: str, value: str = "") -> Span:
    """The first `key:` on the lines from `start` on, or its value where it is given; else `start`."""
    lines = texts.get(start.file, "").split("\n")
    for number, line in enumerate(lines[start.line - 1 :], start.line):
        at = line.find(f"{key}:")
        if at >= 0 and not value:
            return Span(start.file, number, at + 1, len(key))
        to = line.find(value, at + len(key) + 1) if at >= 0 else -1
        if to >= 0:
            return Span(start.file, number, to + 1, len(value))
    return start
