"""Places in rule files, so that every message can point at the cell it speaks of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one line of one file; lines and columns count from 1, in code points."""

    file: str
    line: int
    column: int
    length: int = 1

    def narrow(self, offset: int, length: int) -> Span:
        """The part of this span that starts `offset` code points in."""
        return Span(self.file, self.line, self.column + offset, max(1, length))


@dataclass(frozen=True, slots=True)
class Cell:
    """One scalar of a rule file: its text as YAML means it, and where each character stands.

    `places[i]` is the (line, column) of `text[i]`; one more entry than the text is long,
    so that "end of the cell" has a place too.
    """

    text: str
    file: str
    places: tuple[tuple[int, int], ...]

    @property
    def span(self) -> Span:
        """The whole cell, or its first line where it runs over several."""
        return self.at(0, len(self.text))

    def at(self, start: int, end: int) -> Span:
        """The span of `text[start:end]`, cut at the end of its first line."""
        start = min(max(start, 0), len(self.places) - 1)
        end = min(max(end, start + 1), len(self.places) - 1)
        line, column = self.places[start]
        last = column
        for place_line, place_column in self.places[start:end]:
            if place_line == line:
                last = max(last, place_column + 1)
        return Span(self.file, line, column, max(1, last - column))

    def cut(self, start: int, end: int) -> Cell:
        """The part `text[start:end]` as a cell of its own."""
        return Cell(self.text[start:end], self.file, self.places[start : end + 1])


def whole_line(file: str, line: int, column: int, text: str) -> Cell:
    """A cell that stands on one line exactly as written."""
    places = tuple((line, column + i) for i in range(len(text) + 1))
    return Cell(text, file, places)
