"""The one writer: every transaction on the only connection that can write."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress

from service.ledger.batch import Batch, Outcome
from service.ledger.combiner import Combiner
from service.ledger.entry import Prepared
from service.ledger.tree import Head

CHECKPOINT_BYTES = 4 * 1024 * 1024
"""About how much the log grows before it is folded into the file, while whoever comes next waits.

A quarter of it makes nobody faster; four times as much is folded in 20 to 30 ms, and one caller in seventy waits
for that.
"""

# Pages of 4 KB that a commit logs, measured at 200,000 entries: the ends of the tables and their indexes, and
# for each entry the places of its key and subject. SQLite tells the log's length to C alone.
_COMMIT_BYTES = 6 * 4096
_ENTRY_BYTES = 3 * 4096


class Writer(Combiner):
    """Appends to one ledger file through its only writing connection, which it uses but does not own."""

    def __init__(self, connection: sqlite3.Connection, head: Head) -> None:
        super().__init__()
        self._connection = connection
        self._head = head
        self._log_bytes = 0

    @property
    def size(self) -> int:
        """The number of entries that are committed."""
        return self._head.size

    @property
    def head(self) -> Head:
        """The tree over the committed entries."""
        return self._head

    def _commit(self, drafts: Sequence[Prepared]) -> list[Outcome]:
        self._connection.execute("BEGIN IMMEDIATE")
        batch = Batch(self._connection, self._head)
        outcomes = [batch.place(draft) for draft in drafts]
        batch.end()
        self._connection.execute("COMMIT")
        if added := batch.size - self._head.size:
            self._log_bytes += _COMMIT_BYTES + added * _ENTRY_BYTES + batch.bytes
            self._head = batch.head
        return outcomes

    def _settle(self) -> None:
        """Fold the log into the file now and then."""
        if self._log_bytes >= CHECKPOINT_BYTES:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            self._log_bytes = 0

    def _abandon(self) -> None:
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
