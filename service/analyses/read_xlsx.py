"""Spreadsheet books. A spreadsheet number is a binary float of at most 15 digits: it is taken where its
shortest text is exact for the column, and refused otherwise. Text cells are exact as they stand.
"""

from __future__ import annotations

import datetime as dt
import math
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from service.analyses import messages
from service.analyses.base import Analysis
from service.analyses.book import Book
from service.analyses.columns import Column, from_text
from service.analyses.faults import BadBook, BookFault, Found
from service.analyses.header import HEADER_ROW, check_header
from service.fields import Complained

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DIGITS: Final = 15


def read_xlsx(connection: DuckDBPyConnection, analysis: Analysis, path: Path, most: int) -> None:
    """Make the table `book` from the first sheet. Raises `BadBook` with the faults, `most` of them kept."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, InvalidFileException):
        raise BadBook((BookFault(None, None, messages.broken("it is no workbook")),)) from None
    try:
        _read(connection, analysis, workbook.worksheets[0].iter_rows(values_only=True), most)
    finally:
        workbook.close()


def _read(connection: DuckDBPyConnection, analysis: Analysis, rows: Any, most: int) -> None:
    header = [str(cell) if cell is not None else "" for cell in next(rows, ())]
    while header and not header[-1]:
        header.pop()
    found = Found(most)
    check_header(analysis, header, found)
    found.stop()
    book = Book(analysis, lambda row: f"row {row}", most, cell_value)
    for row, cells in enumerate(rows, start=HEADER_ROW + 1):
        if all(cell is None for cell in cells):
            continue
        if any(cell is not None for cell in cells[len(header) :]):
            book.wrong(row, None, messages.wrong_width(len(cells), len(header)))
            continue
        book.add(row, dict(zip(header, cells, strict=False)))
    book.load(connection)


def cell_value(column: Column, value: Any) -> Any:
    """What a cell holds, as the column's field takes it."""
    match value:
        case bool():
            raise Complained(messages.TRUTH)
        case dt.date() | dt.datetime() | dt.time() | dt.timedelta():
            raise Complained(messages.DAY)
        case int() | float() if column.kind == "id":
            raise Complained(messages.NUMBER_AS_ID)
        case int() | float():
            return _exact(value)
    return from_text(column, value) if isinstance(value, str) else value


def _exact(value: int | float) -> Decimal:
    if not math.isfinite(value):
        raise Complained(messages.NOT_FINITE)
    shortest = Decimal(repr(value))
    if len(shortest.normalize().as_tuple().digits) > DIGITS:
        raise Complained(messages.inexact_cell(format(shortest, "f"), DIGITS))
    return shortest
