"""Entries of a ledger file, looked up in the raw rows by their number or id."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from service.ledger import Entry
from service.proofs.merkle import leaf_hash

_AT: Final = "SELECT leaf_index, canonical FROM entries WHERE leaf_index = ?"
_NAMED: Final = "SELECT leaf_index, canonical FROM entries WHERE entry_id = ?"


class Lookup:
    """A file opened for reading alone; whoever writes it meanwhile only adds to it.

    The hash of an entry is made of its bytes here, whatever the file says. Raises sqlite3.Error.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        self._connection.execute("PRAGMA query_only = ON")

    def at(self, index: int) -> Entry | None:
        """The entry of that number."""
        return self._entry(_AT, index)

    def named(self, entry_id: str) -> Entry | None:
        """The entry of that id."""
        return self._entry(_NAMED, entry_id)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _entry(self, sql: str, wanted: int | str) -> Entry | None:
        row = self._connection.execute(sql, (wanted,)).fetchone()
        return None if row is None else Entry(row[0], leaf_hash(row[1]), row[1])
