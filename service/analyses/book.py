"""Books given row by row: read through the fields, with every fault; or loaded, all right, into a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service.analyses import messages, store
from service.analyses.base import Analysis
from service.analyses.columns import Column, names, stored
from service.analyses.faults import Found
from service.fields import Complained
from service.problems import Complaint

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Convert = Callable[[Column, Any], Any]
"""Turns what a source holds into what the column's field takes; raises `Complained`."""
NamePlace = Callable[[int], str]


def as_given(column: Column, value: Any) -> Any:
    """For sources whose values are typed already, as JSON's are."""
    return value


class Book:
    """Rows of one analysis on their way into the database."""

    def __init__(self, analysis: Analysis, place: NamePlace, most: int, convert: Convert) -> None:
        self.found = Found(most)
        self._analysis = analysis
        self._place = place
        self._convert = convert
        self._nothing = messages.wrong_type("a value", None) if convert is as_given else messages.EMPTY_CELL
        self._fields = [(column, column.field) for column in analysis.columns]
        self._values: list[list[Any]] = [[] for _ in analysis.columns]
        self._seen: dict[tuple[Any, ...], int] = {}
        self._key = [names(analysis.columns).index(name) for name in analysis.key]
        self._rows = 0

    def add(self, row: int, cells: Mapping[str, Any]) -> None:
        """One row; what is wrong with it is collected."""
        self._rows += 1
        before = self.found.count
        values = [self._cell(row, column, field, cells) for column, field in self._fields]
        if self.found.count != before:
            return
        key = tuple(values[place] for place in self._key)
        first = self._seen.setdefault(key, row)
        if first != row:
            complaint = messages.repeated(self._analysis.key, key, self._place(first))
            self.found.add(row, self._analysis.key[0], complaint)
        for column, value in zip(self._values, values, strict=True):
            column.append(value)

    def wrong(self, row: int | None, column: str | None, complaint: Complaint) -> None:
        """A row, or more, that cannot be read at all."""
        self._rows += 1
        self.found.add(row, column, complaint)

    def load(self, connection: DuckDBPyConnection) -> None:
        """Make the table. Raises `BadBook` with what was collected."""
        if not self._rows:
            self.found.add(None, None, messages.NO_ROWS)
        self.found.stop()
        store.load(connection, self._analysis.columns, self._values)

    def _cell(self, row: int, column: Column, field: Any, cells: Mapping[str, Any]) -> Any:
        value = cells.get(column.name)
        if value is None:
            if column.required:
                self.found.add(row, column.name, self._nothing if column.name in cells else messages.NEEDED)
            return None
        try:
            return stored(column, field.convert(self._convert(column, value)))
        except Complained as error:
            for complaint in _complaints(error):
                self.found.add(row, column.name, complaint)
        return None


def from_objects(analysis: Analysis, rows: Sequence[Any], most: int) -> Book:
    """The book in the rows of a JSON body."""
    book = Book(analysis, lambda row: f"/rows/{row}", most, as_given)
    known = names(analysis.columns)
    for row, cells in enumerate(rows):
        if not isinstance(cells, dict):
            book.wrong(row, None, messages.wrong_type("an object", cells))
            continue
        for name in cells:
            if name not in known:
                book.found.add(row, name, messages.unknown_member(name, known))
        book.add(row, cells)
    return book


def read_options(columns: Iterable[Column], given: Mapping[str, Any], found: Found) -> dict[str, int]:
    """The options of an analysis, stored; what is wrong with them is added."""
    read: dict[str, int] = {}
    for column in columns:
        value = given.get(column.name)
        if value is None:
            found.add(None, column.name, messages.NEEDED)
            continue
        try:
            read[column.name] = stored(column, column.field.convert(value))
        except Complained as error:
            for complaint in _complaints(error):
                found.add(None, column.name, complaint)
    return read


def _complaints(error: Complained) -> list[Complaint]:
    return [one for one in error.messages if isinstance(one, Complaint)]
