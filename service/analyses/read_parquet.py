"""Parquet books: text, decimals and integers are exact and are taken; binary floats are refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.analyses import messages
from service.analyses.base import Analysis
from service.analyses.book import Book
from service.analyses.columns import from_text
from service.analyses.faults import BadBook, BookFault, Found
from service.analyses.header import check_header
from service.analyses.short_way import typed
from service.analyses.store import one_file

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_EXACT: Final = re.compile(r"VARCHAR|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\(.*\)|ENUM\(.*\)")
_FLOATS: Final = ("FLOAT", "DOUBLE")
_PAGE: Final = 10_000


def read_parquet(connection: DuckDBPyConnection, analysis: Analysis, path: Path, most: int) -> None:
    """Make the table `book`. Raises `BadBook` with the faults, `most` of them kept."""
    import duckdb

    source = {"path": one_file(path)}
    try:
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet($path)", source).fetchall()
        header = [name for name, *_ in described]
        _check(analysis, {name: type_ for name, type_, *_ in described}, header, most)
        texts = ", ".join(f'CAST("{name}" AS VARCHAR) AS "{name}"' for name in header)
        cells = f"SELECT {texts} FROM read_parquet($path)"
        connection.execute(f"CREATE TABLE cells AS {cells}", source)
    except duckdb.Error as error:
        reason = messages.broken(str(error).splitlines()[0])
        raise BadBook((BookFault(None, None, reason),)) from None
    if not typed(connection, analysis, header):
        _row_by_row(connection.cursor().execute(cells, source), connection, analysis, header, most)


def _check(analysis: Analysis, types: dict[str, str], header: list[str], most: int) -> None:
    found = Found(most)
    check_header(analysis, header, found, row=None)
    for column in analysis.columns:
        type_ = types.get(column.name, "VARCHAR")
        if type_ in _FLOATS:
            found.add(None, column.name, messages.inexact(column.name))
        elif not _EXACT.fullmatch(type_):
            found.add(None, column.name, messages.unfit_type(column.name, type_.lower()))
    found.stop()


def _row_by_row(
    pages: DuckDBPyConnection, connection: DuckDBPyConnection, analysis: Analysis, header: list[str], most: int
) -> None:
    book = Book(analysis, lambda row: f"row {row}", most, from_text)
    row = 0
    while page := pages.fetchmany(_PAGE):
        for cells in page:
            row += 1
            book.add(row, dict(zip(header, cells, strict=True)))
    book.load(connection)
