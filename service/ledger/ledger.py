"""The ledger as its users see it: open, append, find, search, close."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from service.ledger.entry import Appended, Draft, Entry, prepare
from service.ledger.search import Page, Query
from service.ledger.store import Store
from service.ledger.writer import Writer

_FIND = "SELECT leaf_index, leaf_hash, canonical FROM entries WHERE"


class Ledger:
    """An append-only, contiguous sequence of entries in one SQLite file; safe for any number of threads.

    Reads see every acknowledged entry. Made by `Ledger.open`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writer = Writer(store.writer, store.size_at_open)

    @classmethod
    def open(cls, path: Path) -> Ledger:
        """Open the ledger file for this process alone, creating it (mode 0600) and its folder (0700).

        Raises `LedgerInUse` if another service has it, `LedgerDamaged` if the file is not the one that was
        written, `LedgerUnreadable` if SQLite cannot open it, `LedgerUnsupported` if the platform or file
        system cannot hold the promises, OSError for an unusable path.
        """
        return cls(Store.open(path))

    @property
    def size(self) -> int:
        """The number of entries; the next index."""
        return self._writer.size

    @property
    def healthy(self) -> bool:
        """Whether the ledger takes appends; once false it stays so."""
        return self._writer.healthy

    def append(self, draft: Draft) -> Appended:
        """Store a draft; when this returns, its entry is committed and synced to the disk.

        An idempotency key that was used before, for the same request hash, gives the entry of that time.
        Raises `CanonicalError` for content that has no canonical form, `IdempotencyConflict` for a key used
        for another request, `EntryExists` for an id used before, `LedgerFailed` once any write has failed,
        `LedgerClosed`.
        """
        self._store.check_process()
        return self._writer.append(prepare(draft))

    def get(self, entry_id: str) -> Entry | None:
        """The entry of that id. Raises `LedgerUnreadable`, `LedgerClosed`."""
        return self._first(f"{_FIND} entry_id = :wanted", entry_id)

    def find_key(self, key_hash: bytes) -> Entry | None:
        """The entry stored for an idempotency key's SHA-256 digest. Raises as `get` does."""
        return self._first(f"{_FIND} key_hash = :wanted", key_hash)

    def search(
        self,
        subject: str | None = None,
        ruleset: str | None = None,
        outcome: str | None = None,
        since: dt.date | None = None,
        until: dt.date | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> Page:
        """Entries that pass every given filter, newest first; see `Query` for what each filter means.

        Raises ValueError for a limit outside 1 to 1000, and as `get` does.
        """
        query = Query(subject, ruleset, outcome, since, until, after, limit)
        return query.page(self._store.rows(*query.sql()))

    def close(self) -> None:
        """Serve those who wait, then close the file and give back its lock; a second call does nothing."""
        self._writer.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _first(self, sql: str, wanted: Any) -> Entry | None:
        rows = self._store.rows(sql, {"wanted": wanted})
        return Entry(*rows[0]) if rows else None
