"""The text of one file: where its lines start, and whether it is one that people can review."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import islice

from rules.errors import Diagnostic
from rules.source import Span
from rules.syntax import messages_yaml
from rules.syntax.messages import Spot

MAX_LENGTH = 1_000_000
"""Characters in one file; the largest sensible table has some ten thousand."""

MAX_LINE = 50_000
"""Characters in one line. Some of what a YAML reader does takes a time that grows with the square of it."""

_MOST_PROBLEMS = 20

# Control characters, line breaks that only some programs see, marks that change the direction of what a
# reviewer reads, surrogates and non-characters.
_BAD = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
    "|\r(?!\n)"
)
_LONG_LINE = re.compile(rf"^[^\n]{{{MAX_LINE}}}[^\n]+", re.MULTILINE)


class Document:
    """One file: its name, its text, and where each line starts."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset, both from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a place."""
        return self._line_starts[line - 1] + column - 1

    def span(self, start: int, end: int) -> Span:
        """A stretch of text, cut at the end of its first line."""
        line, column = self.place(start)
        written = self.text[start:end].split("\n", 1)[0].rstrip()
        return Span(self.file, line, column, max(1, len(written)))

    def line(self, number: int) -> str:
        """The text of one line."""
        starts = self._line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")


def bad_text(document: Document) -> list[Diagnostic]:
    """Why the text is none that anyone should read any further; the reader is not asked about it."""
    if len(document.text) > MAX_LENGTH:
        return [messages_yaml.too_large(Spot(Span(document.file, 1, 1)), len(document.text), MAX_LENGTH)]
    characters = [
        messages_yaml.bad_character(Spot(document.span(match.start(), match.end())), match[0])
        for match in islice(_BAD.finditer(document.text), _MOST_PROBLEMS)
    ]
    return characters or [
        messages_yaml.too_long_line(Spot(document.span(match.start(), match.start() + 1)), len(match[0]), MAX_LINE)
        for match in islice(_LONG_LINE.finditer(document.text), _MOST_PROBLEMS)
    ]
