"""From a table of text cells to a book, all in DuckDB: only if every cell is right without a doubt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from service.analyses.base import Analysis
from service.analyses.columns import BLANKS, ID_LENGTH, Column
from service.analyses.store import STORED, decimal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BLANKS = "".join(f"\\x{{{ord(blank):x}}}" for blank in BLANKS)
_MONEY = r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,2}0{0,4})?"
_MILLIONTHS = r"(0|[1-9][0-9]{0,5})(\.[0-9]{1,6})?"


def typed(connection: DuckDBPyConnection, analysis: Analysis, header: Sequence[str]) -> bool:
    """Make the table `book` of the table `cells` and drop that; False, and no book, where anything is doubtful.

    It may be stricter than the fields, never more lenient: what it does not take is read again by them.
    """
    given = [column for column in analysis.columns if column.name in header]
    right = " AND ".join(f"({_test(column)})" for column in given)
    found = connection.execute(f"SELECT count(*), count(*) FILTER ({right}) FROM cells").fetchone()
    if not found or found[0] == 0 or found[0] != found[1]:
        return _give_up(connection, "cells")
    made = ", ".join(f"{_cast(column, header)} AS {column.name}" for column in analysis.columns)
    connection.execute(f"CREATE TABLE book AS SELECT {made} FROM cells")
    connection.execute("DROP TABLE cells")
    key = ", ".join(analysis.key)
    apart = connection.execute(f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM book)").fetchone()
    return apart == (found[0],) or _give_up(connection, "book")


def _give_up(connection: DuckDBPyConnection, table: str) -> bool:
    connection.execute(f"DROP TABLE {table}")
    return False


def _test(column: Column) -> str:
    """SQL that is true where the text cell is right."""
    name = f'"{column.name}"'
    match column.kind:
        case "id":
            wrong = f"[\\x{{0}}-\\x{{1f}}\\x{{7f}}-\\x{{9f}}]|^[{_BLANKS}]|[{_BLANKS}]$"
            test = f"length({name}) BETWEEN 1 AND {ID_LENGTH} AND NOT regexp_matches({name}, '{wrong}')"
        case "enum":
            test = f"{name} IN ({', '.join(repr(value) for value in column.values)})"
        case "money":
            sign = "-?" if column.minimum is None else ""
            test = f"regexp_full_match({name}, '{sign}{_MONEY}')"
        case "number":
            test = f"regexp_full_match({name}, '{_MILLIONTHS}')"
        case _:
            low, high = column.minimum, column.maximum
            test = f"regexp_full_match({name}, '[1-9][0-9]{{0,3}}') AND try_cast({name} AS INTEGER) "
            test += f"BETWEEN {low} AND {high}"
    return f"coalesce({test}, false)" if column.required else f"{name} IS NULL OR {test}"


def _cast(column: Column, header: Sequence[str]) -> str:
    """SQL that reads the cell; null of the right type for a column that the file does not have."""
    if column.name not in header:
        return f"NULL::{STORED[column.kind]}"
    name = f'"{column.name}"'
    if column.kind in ("money", "number"):
        return decimal(column, name)
    return f"CAST({name} AS {STORED[column.kind]})"
