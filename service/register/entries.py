"""Where the register reads entries from, in the order of the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from service.ledger import Entry, Ledger

_RANGE = (
    "SELECT leaf_index, leaf_hash, canonical FROM entries"
    " WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index"
)

_FIND = "SELECT leaf_index FROM entries WHERE entry_id = ?"


class UnreadableLedger(Exception):
    """There is no ledger at the place, or it cannot be read; the text says why."""


class Entries(Protocol):
    """A log to read."""

    @property
    def size(self) -> int:
        """The number of entries."""
        ...

    def between(self, first: int, end: int) -> Sequence[Entry]:
        """The entries from `first` up to but without `end`, at most 1000."""
        ...

    def find(self, entry_id: str) -> int | None:
        """The index of the entry of that id."""
        ...


class LedgerEntries:
    """The ledger that this process has open. Raises what it raises."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def size(self) -> int:
        return self._ledger.size

    def between(self, first: int, end: int) -> Sequence[Entry]:
        if end <= first:
            return ()
        return self._ledger.search(after=end, limit=end - first).entries[::-1]

    def find(self, entry_id: str) -> int | None:
        entry = self._ledger.get(entry_id)
        return None if entry is None else entry.index


class FileEntries:
    """A ledger file, opened read-only beside whoever writes it. Raises `UnreadableLedger`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.is_file():
            raise UnreadableLedger(f"there is no ledger `{path}`")
        try:
            self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
            self._connection.execute("SELECT max(leaf_index) FROM entries").fetchone()
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    @property
    def size(self) -> int:
        try:
            (last,) = self._connection.execute("SELECT max(leaf_index) FROM entries").fetchone()
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        return 0 if last is None else int(last) + 1

    def between(self, first: int, end: int) -> Sequence[Entry]:
        try:
            return [Entry(*row) for row in self._connection.execute(_RANGE, (first, end))]
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    def find(self, entry_id: str) -> int | None:
        try:
            row = self._connection.execute(_FIND, (entry_id,)).fetchone()
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        return None if row is None else int(row[0])

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def _unreadable(self, error: sqlite3.Error) -> UnreadableLedger:
        return UnreadableLedger(f"the ledger `{self._path}` cannot be read: {error}")
