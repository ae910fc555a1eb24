"""One transaction of the ledger: drafts placed in order, each with its entry."""

from __future__ import annotations

import sqlite3
from typing import Final

from service.ledger.entry import Appended, Entry, Prepared
from service.ledger.errors import EntryExists, IdempotencyConflict
from service.ledger.tree import ADD_NODES, Head
from service.proofs.merkle import append

Outcome = Appended | EntryExists | IdempotencyConflict
"""What becomes of one draft once its batch is committed: an entry, or why there is none."""

_ADD: Final = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_BY_KEY: Final = "SELECT leaf_index, leaf_hash, canonical, request_hash FROM entries WHERE key_hash = ?"
_BY_ID: Final = "SELECT 1 FROM entries WHERE entry_id = ?"


class Batch:
    """The entries that one transaction adds to a tree; the caller begins and commits it."""

    def __init__(self, connection: sqlite3.Connection, head: Head) -> None:
        self.size = head.size
        self.bytes = 0
        self._compact = list(head.compact)
        self._connection = connection
        self._nodes: list[tuple[int, bytes]] = []

    @property
    def head(self) -> Head:
        """The tree with what was placed; true of the file once the transaction is committed."""
        return Head(self.size, tuple(self._compact))

    def place(self, draft: Prepared) -> Outcome:
        """Insert the draft with the next index, or find the entry that its idempotency key already has.

        Nearly every draft is new, so the file is not asked before: its triggers and unique indexes refuse an
        id or a key that is taken, and the insert alone is undone. Raises sqlite3.Error.
        """
        entry = draft.at(self.size)
        try:
            self._insert(draft, entry)
        except sqlite3.IntegrityError:
            if (outcome := self._taken(draft)) is None:
                raise
            return outcome
        if completed := append(self._compact, self.size, entry.leaf_hash):
            self._nodes.append((entry.index, b"".join(completed)))
        self.size += 1
        self.bytes += len(entry.canonical)
        return Appended(entry, replayed=False)

    def end(self) -> None:
        """Insert the nodes that the entries complete. Raises sqlite3.Error."""
        if self._nodes:
            self._connection.executemany(ADD_NODES, self._nodes)

    def _insert(self, draft: Prepared, entry: Entry) -> None:
        self._connection.execute(
            _ADD,
            (
                entry.index,
                draft.entry_id,
                draft.kind,
                draft.subject,
                draft.as_of,
                draft.decided_at,
                draft.key_hash,
                draft.request_hash,
                entry.leaf_hash,
                entry.canonical,
            ),
        )

    def _taken(self, draft: Prepared) -> Outcome | None:
        """What stands in a draft's way, in the file or in this transaction; None if nothing that may."""
        if draft.key_hash is not None:
            row = self._connection.execute(_BY_KEY, (draft.key_hash,)).fetchone()
            if row is not None:
                entry = Entry(*row[:3])
                if row[3] == draft.request_hash:
                    return Appended(entry, replayed=True)
                return IdempotencyConflict(
                    f"the idempotency key was used before for another request, by entry `{entry.entry_id}`"
                )
        if self._connection.execute(_BY_ID, (draft.entry_id,)).fetchone() is not None:
            return EntryExists(f"an entry `{draft.entry_id}` is stored already")
        return None
