"""One transaction of the ledger: drafts placed in order, then written together."""

from __future__ import annotations

import sqlite3
from typing import Any

from service.ledger.entry import Appended, Entry, Prepared
from service.ledger.errors import EntryExists, IdempotencyConflict
from service.ledger.tree import ADD_NODES, Head
from service.proofs.merkle import append

Outcome = Appended | EntryExists | IdempotencyConflict
"""What becomes of one draft once its batch is committed: an entry, or why there is none."""

_BY_KEY = "SELECT leaf_index, leaf_hash, canonical, request_hash FROM entries WHERE key_hash = ?"
_BY_ID = "SELECT 1 FROM entries WHERE entry_id = ?"
_ADD_ENTRY = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Batch:
    """The entries that one transaction adds to a tree; the caller begins and commits it."""

    def __init__(self, connection: sqlite3.Connection, head: Head) -> None:
        self.size = head.size
        self.bytes = 0
        self._compact = list(head.compact)
        self._connection = connection
        self._entries: list[tuple[Any, ...]] = []
        self._nodes: list[tuple[int, bytes]] = []
        self._by_key: dict[bytes, tuple[Entry, bytes]] = {}
        self._ids: set[str] = set()

    @property
    def head(self) -> Head:
        """The tree with what was placed; true of the file once the transaction is committed."""
        return Head(self.size, tuple(self._compact))

    def place(self, draft: Prepared) -> Outcome:
        """Give the draft the next index, or the entry that its idempotency key already has."""
        if draft.key_hash is not None:
            stored = self._by_key.get(draft.key_hash) or self._find_key(draft.key_hash)
            if stored is not None:
                entry, request_hash = stored
                if request_hash == draft.request_hash:
                    return Appended(entry, replayed=True)
                return IdempotencyConflict(
                    f"the idempotency key was used before for another request, by entry `{entry.entry_id}`"
                )
        if draft.entry_id in self._ids or self._connection.execute(_BY_ID, (draft.entry_id,)).fetchone():
            return EntryExists(f"an entry `{draft.entry_id}` is stored already")
        return Appended(self._add(draft), replayed=False)

    def write(self) -> None:
        """Insert what was placed: entries, then the nodes that they complete. Raises sqlite3.Error."""
        self._connection.executemany(_ADD_ENTRY, self._entries)
        if self._nodes:
            self._connection.executemany(ADD_NODES, self._nodes)

    def _add(self, draft: Prepared) -> Entry:
        entry = draft.at(self.size)
        self._entries.append(
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
            )
        )
        if completed := append(self._compact, self.size, entry.leaf_hash):
            self._nodes.append((entry.index, b"".join(completed)))
        self._ids.add(draft.entry_id)
        if draft.key_hash is not None:
            self._by_key[draft.key_hash] = (entry, draft.request_hash)
        self.size += 1
        self.bytes += len(entry.canonical)
        return entry

    def _find_key(self, key_hash: bytes) -> tuple[Entry, bytes] | None:
        row = self._connection.execute(_BY_KEY, (key_hash,)).fetchone()
        return None if row is None else (Entry(*row[:3]), row[3])
