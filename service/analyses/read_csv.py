"""CSV books. The short way, inside DuckDB, takes only what is entirely right; everything else is read again
row by row, which finds every fault. Cells are text all the way: no number passes through a float.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

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
        with path.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file, strict=True), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
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
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            next(reader, None)
            for row, cells in enumerate(reader, start=HEADER_ROW + 1):
                if not cells:
                    continue  # an empty line
                if len(cells) != len(header):
                    book.wrong(row, None, messages.wrong_width(len(cells), len(header)))
                    continue
                book.add(row, {n: cell or None for n, cell in zip(header, cells, strict=True)})
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        book.wrong(row + 1, None, _broken(error))
    book.load(connection)


def _broken(error: Exception) -> Complaint:
    match error:
        case UnicodeDecodeError():
            return messages.broken("it is not UTF-8")
        case OSError():
            return messages.broken((error.strerror or "no such file").lower())
    return messages.broken(str(error))


