"""CSV books. The short way, inside DuckDB, takes only what is entirely right; everything else is read again
row by row, which finds every fault. Cells are text all the way: no number passes through a float.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.analyses import messages
from service.analyses.base import Analysis
from service.analyses.book import Book
from service.analyses.columns import from_text
from service.analyses.faults import BadBook, BookFault, Found
from service.analyses.header import HEADER_ROW, check_header
from service.analyses.short_way import typed
from service.analyses.store import one_file
from service.problems import Complaint

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NOT_UTF8: Final = re.compile("[\udc80-\udcff]")
"""What `surrogateescape` makes of bytes that are not UTF-8."""


def read_csv(connection: DuckDBPyConnection, analysis: Analysis, path: Path, most: int) -> None:
    """Make the table `book` from a file in UTF-8. Raises `BadBook` with the faults, `most` of them kept."""
    header = _header(path)
    found = Found(most)
    check_header(analysis, header, found)
    found.stop()
    if not _short(connection, analysis, path, header):
        _row_by_row(connection, analysis, path, header, most)


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            return next(csv.reader(file, strict=True), [])
    except (OSError, csv.Error) as error:
        raise BadBook((BookFault(HEADER_ROW, None, _broken(error)),)) from None


def _short(connection: DuckDBPyConnection, analysis: Analysis, path: Path, header: list[str]) -> bool:
    import duckdb

    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in header)  # names that check_header knows
    try:
        connection.execute(
            "CREATE TABLE cells AS SELECT * FROM read_csv($path, auto_detect=false, header=true,"
            f" delim=',', quote='\"', escape='\"', nullstr='', strict_mode=true, columns={{{columns}}})",
            {"path": one_file(path)},
        )
    except duckdb.Error:
        return False
    return typed(connection, analysis, header)


def _row_by_row(
    connection: DuckDBPyConnection, analysis: Analysis, path: Path, header: list[str], most: int
) -> None:
    book = Book(analysis, lambda row: f"row {row}", most, from_text)
    row = HEADER_ROW
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            reader = csv.reader(file, strict=True)
            next(reader, None)
            for row, cells in enumerate(reader, start=HEADER_ROW + 1):
                _add(book, row, header, cells)
    except (OSError, csv.Error) as error:
        book.wrong(row + 1, None, _broken(error))
    book.load(connection)


def _add(book: Book, row: int, header: list[str], cells: list[str]) -> None:
    if any(_NOT_UTF8.search(cell) for cell in cells):
        book.wrong(row, None, messages.NOT_UTF8)
    elif len(cells) == len(header):
        book.add(row, {name: cell or None for name, cell in zip(header, cells, strict=True)})
    elif cells:  # not an empty line
        book.wrong(row, None, messages.wrong_width(len(cells), len(header)))


def _broken(error: Exception) -> Complaint:
    return messages.broken((error.strerror or "").lower() if isinstance(error, OSError) else str(error))


