"""The raw rows of a ledger file, read in order beside each other, none kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from service.audit.findings import Finding, Findings


class Unreadable(Exception):
    """There is no file, or no ledger in it."""


class Row:
    """One row of `entries` with what belongs to it in `nodes`; values as SQLite gives them.

    `document` is the parsed entry, set once it is found to be canonical.
    """

    __slots__ = ("canonical", "columns", "document", "index", "leaf_hash", "nodes")

    def __init__(self, raw: tuple[Any, ...], nodes: Any) -> None:
        self.index = raw[0]
        self.columns = raw[1:8]
        """`entry_id`, `kind`, `subject`, `as_of`, `decided_at`, `key_hash`, `request_hash`"""
        self.leaf_hash = raw[8]
        self.canonical = raw[9]
        self.nodes = nodes
        self.document: dict[str, Any] = {}


_ENTRIES = (
    "SELECT leaf_index, entry_id, kind, subject, as_of, decided_at, key_hash, request_hash, leaf_hash, canonical"
    " FROM entries NOT INDEXED ORDER BY leaf_index"
)
_NODES = "SELECT leaf_index, hashes FROM nodes NOT INDEXED ORDER BY leaf_index"


_text = partial(str, encoding="utf-8", errors="surrogateescape")
"""Text that is not UTF-8 is a value like any other here: it is not that of its entry."""


class Nodes:
    """The rows of `nodes`, taken as the entries pass by that complete them."""

    def __init__(self, cursor: sqlite3.Cursor, findings: Findings) -> None:
        self._cursor = cursor
        self._findings = findings
        self._next = cursor.fetchone()

    def take(self, index: int) -> Any:
        """The hashes of that entry, None if it has none; rows before it belong to no entry."""
        found = None
        while (row := self._next) is not None and (type(row[0]) is not int or row[0] <= index):
            if row[0] == index:
                found = row[1]
            else:
                self._stray(row[0])
            self._next = self._cursor.fetchone()
        return found

    def end(self) -> None:
        """After the last entry no row may be left."""
        if self._next is not None:
            self._stray(self._next[0])

    def _stray(self, index: object) -> None:
        if type(index) is int:
            self._findings.append(Finding(max(index, 0), f"a row in `nodes` without an entry, numbered {index}"))
        else:
            self._findings.append(Finding(None, "a row in `nodes` that has no number"))


class Rows:
    """One moment of a ledger file that may be growing. Raises `Unreadable` when opened, sqlite3.Error later."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise Unreadable(f"there is no ledger `{path}`")
        self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        try:
            self._connection.text_factory = _text
            self._connection.execute("PRAGMA query_only = ON")
            self._connection.execute("BEGIN")
            (last,) = self._connection.execute("SELECT max(leaf_index) FROM entries").fetchone()
        except sqlite3.Error as error:
            self._connection.close()
            raise Unreadable(f"`{path}` cannot be read as a ledger: {error}") from error
        self.expected = 0 if last is None else int(last) + 1

    def query(self, sql: str) -> list[Any]:
        """All rows of a short query."""
        return self._connection.execute(sql).fetchall()

    def entries(self, findings: Findings) -> Iterator[Row]:
        """Every entry with its nodes, in order; rows that belong to no entry are findings."""
        nodes = Nodes(self._connection.execute(_NODES), findings)
        for raw in self._connection.execute(_ENTRIES):
            yield Row(raw, nodes.take(raw[0]))
        nodes.end()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
