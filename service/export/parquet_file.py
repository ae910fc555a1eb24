"""An export as Parquet for analysts; head and number of entries stand in the file's own metadata."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from service.export.columns import NAMES, proof_of, proof_text, shown
from service.ledger import Entry
from service.proofs.export import Head, MalformedExport, Record, end_line

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEY: Final = "export"
"""The name of the metadata."""
_PAGE: Final = 500
_ROW_GROUP: Final = 20_000
_COLUMNS: Final = ", ".join(f'"{name}"' for name in NAMES)
_TYPED: Final = ", ".join(f'"{name}" {"BIGINT" if name == "index" else "VARCHAR"}' for name in NAMES)
_LISTED: Final = ", ".join(f"unnest(?::{'BIGINT' if name == 'index' else 'VARCHAR'}[])" for name in NAMES)


def write(path: Path, head: Head, chosen: Iterable[tuple[Entry, Record]]) -> int:
    """Write the file by way of a database on the disk beside it. Raises OSError."""
    count = 0
    rows = (_row(entry, record) for entry, record in chosen)
    with _database(path.parent) as database:
        database.execute(f"CREATE TABLE entries ({_TYPED})")
        while page := list(islice(rows, _PAGE)):
            database.execute(f"INSERT INTO entries SELECT {_LISTED}", [list(one) for one in zip(*page, strict=True)])
            count += len(page)
        told = (head.line + end_line(count)).decode().replace("'", "''")
        database.execute(
            f"COPY (SELECT * FROM entries ORDER BY \"index\") TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd,"
            f" ROW_GROUP_SIZE {_ROW_GROUP}, KV_METADATA {{{KEY}: '{told}'}})"
        )
    return count


def read_head(path: Path) -> bytes:
    """The two lines in the metadata. Raises `MalformedExport`."""
    with _reading(path) as database:
        found = database.execute(
            "SELECT value FROM parquet_kv_metadata(?) WHERE key = ?", [str(path), KEY.encode()]
        ).fetchall()
    if len(found) != 1:
        raise MalformedExport(f"its metadata has no `{KEY}`: it is not an export")
    return bytes(found[0][0])


def read(path: Path) -> Iterator[tuple[Record, list[str]]]:
    """Each row's record and its cells as they stand. Raises `MalformedExport`."""
    with _reading(path) as database:
        rows = database.execute(f"SELECT {_COLUMNS} FROM read_parquet(?)", [str(path)])
        while page := rows.fetchmany(_PAGE):
            for row in page:
                texts = ["" if cell is None else str(cell) for cell in row]
                yield Record(texts[-2].encode(), proof_of(texts[-1])), texts


def cells(texts: dict[str, str], record: Record) -> list[str]:
    """The cells of a row as `read` gives them."""
    return [*texts.values(), record.entry.decode(), proof_text(record)]


def _row(entry: Entry, record: Record) -> list[Any]:
    return [entry.index, *cells(shown(entry.document, record), record)[1:]]


@contextmanager
def _database(folder: Path) -> Iterator[DuckDBPyConnection]:
    """A database on the disk, of one thread and little memory: the same rows give the same bytes."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix=".export.", dir=folder) as name:
        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "memory_limit": "512MB",
            "temp_directory": name,
            "autoinstall_known_extensions": False,
        }
        with duckdb.connect(f"{name}/rows", config=config) as database:
            yield database


@contextmanager
def _reading(path: Path) -> Iterator[DuckDBPyConnection]:
    import duckdb

    try:
        with duckdb.connect(":memory:", config={"threads": 1, "autoinstall_known_extensions": False}) as database:
            yield database
    except (duckdb.Error, ValueError) as error:
        raise MalformedExport(f"it cannot be read as Parquet: {str(error).splitlines()[0]}") from None


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
