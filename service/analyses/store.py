"""The tables of one analysis in an in-memory DuckDB that can reach neither network nor extensions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from service.analyses.columns import MILLION, SCALE, Column, Result, names

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STORED: Final = {"id": "VARCHAR", "enum": "VARCHAR", "money": "BIGINT", "number": "BIGINT", "integer": "BIGINT"}
_PAGE: Final = 10_000
_STEP: Final = 10**15

MACROS: Final = f"""
CREATE MACRO half_even(n, d) AS (CASE WHEN n < 0 THEN -1 ELSE 1 END) * (abs(n) // d + CASE
    WHEN 2 * (abs(n) % d) > d OR (2 * (abs(n) % d) = d AND (abs(n) // d) % 2 = 1) THEN 1 ELSE 0 END);
CREATE MACRO ratio(n, d) AS half_even(n::HUGEINT * {MILLION}, d::HUGEINT);
CREATE MACRO modulo(n, d) AS (n % d + d) % d;
CREATE MACRO floored(n, d) AS (n - modulo(n, d)) // d;
CREATE MACRO digits(r, d) AS [r * {_STEP} // d, (r * {_STEP} % d) * {_STEP} // d];
CREATE MACRO exact_order(n, d) AS
    list_concat([floored(n::HUGEINT, d::HUGEINT)], digits(modulo(n::HUGEINT, d::HUGEINT), d::HUGEINT));
"""
"""Arithmetic on whole numbers, for d > 0; DuckDB's own `/` would be a float.

`half_even` rounds n/d to a whole number, `ratio` to millionths. `exact_order` orders fractions by their
value: the whole part and 30 digits. Two fractions whose denominators are below 2·10^14 (opening and closing
stock, in cents) differ by 1/(4·10^28) or are equal, so 30 digits tell them apart.
"""


def connect(files: bool = False) -> DuckDBPyConnection:
    """An empty database; `files` where it is to read one."""
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_access": files,
        },
    )
    connection.execute(MACROS)
    return connection


def load(connection: DuckDBPyConnection, columns: Sequence[Column], values: Sequence[Sequence[Any]]) -> None:
    """Make the table `book` of stored values, given column by column."""
    listed = ", ".join(
        f"unnest(${place}::{STORED[column.kind]}[]) AS {column.name}"
        for place, column in enumerate(columns, start=1)
    )
    connection.execute(f"CREATE TABLE book AS SELECT {listed}", [list(one) for one in values])


def rows(
    connection: DuckDBPyConnection, table: str, columns: Sequence[Result], most: int | None = None
) -> Iterator[tuple[Any, ...]]:
    """The rows of a result, in its order; of very many only the first where `most` is given."""
    for page in pages(connection, table, columns, most):
        yield from page


def pages(
    connection: DuckDBPyConnection, table: str, columns: Sequence[Result], most: int | None = None
) -> Iterator[list[tuple[Any, ...]]]:
    """The same, some thousand rows at a time."""
    limit = "" if most is None else f" LIMIT {most}"
    found = connection.cursor().execute(f"SELECT {', '.join(names(columns))} FROM {table}{limit}")
    while page := found.fetchmany(_PAGE):
        yield page


def count(connection: DuckDBPyConnection, table: str, where: str = "true") -> int:
    """How many rows a table has."""
    found = connection.cursor().execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    return int(found[0]) if found else 0


def decimal(column: Column, text: str) -> str:
    """SQL that reads the text of a decimal, which has been tested, as a whole number."""
    scale = SCALE[column.kind]
    return f"CAST(CAST({text} AS DECIMAL(18, {scale})) * {10**scale} AS BIGINT)"


def one_file(path: Path) -> str:
    """The path as DuckDB takes it: this file, whatever characters of a pattern are in its name."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in str(path.absolute()))
