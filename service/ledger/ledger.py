"""The ledger as its users see it: open, append, find, search, close."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from service.ledger import tree
from service.ledger.batch import Outcome
from service.ledger.combiner import Combiner
from service.ledger.entry import Appended, Draft, Entry, Prepared, prepare
from service.ledger.errors import CanonicalError, LedgerFailed
from service.ledger.readers import Readers
from service.ledger.remote import RemoteWriter
from service.ledger.search import Page, Query
from service.ledger.store import Store
from service.ledger.tree import Head
from service.ledger.writer import Writer

Placed = Outcome | CanonicalError
"""What becomes of one of several drafts: its entry, or why there is none."""

_FIND = "SELECT leaf_index, leaf_hash, canonical FROM entries WHERE"


class Ledger:
    """An append-only, contiguous sequence of entries in one SQLite file; safe for any number of threads.

    Reads see every acknowledged entry. Made by `Ledger.open` in the one process that writes, and by
    `Ledger.connect` in all that ask it to.
    """

    def __init__(self, readers: Readers, writer: Combiner, give_back: Callable[[], None]) -> None:
        self._readers = readers
        self._writer = writer
        self._give_back = give_back
        readers.on_failure = writer.stop

    @classmethod
    def open(cls, path: Path) -> Ledger:
        """Open the ledger file for this process alone, creating it (mode 0600) and its folder (0700).

        Raises `LedgerInUse` if another service has it, `LedgerDamaged` if the file is not the one that was
        written, `LedgerUnreadable` if SQLite cannot open it, `LedgerUnsupported` if the platform or file
        system cannot hold the promises, OSError for an unusable path.
        """
        store = Store.open(path)
        return cls(Readers(store.path), Writer(store.writer, store.head_at_open), store.close)

    @classmethod
    def connect(cls, path: Path, writer: Path) -> tuple[Ledger, RemoteWriter]:
        """The ledger file as the process has it that listens at the socket `writer`.

        Raises `LedgerFailed` where none listens.
        """
        readers = Readers(path.resolve())
        try:
            remote = RemoteWriter(writer, readers)
        except OSError as error:
            raise LedgerFailed(f"the writer does not answer: {error}") from error
        return cls(readers, remote, remote.hang_up), remote

    @property
    def path(self) -> Path:
        """The file."""
        return self._readers.path

    @property
    def size(self) -> int:
        """The number of entries; the next index."""
        return self._writer.size

    @property
    def writer(self) -> Combiner:
        """What appends: in the process that writes, or by way of it."""
        return self._writer

    @property
    def head(self) -> Head:
        """The Merkle tree over all acknowledged entries.

        Raises `LedgerFailed`: a ledger that has stopped vouches for nothing.
        """
        self._writer.check()
        return self._writer.head

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
        (outcome,) = self.append_all((draft,))
        if isinstance(outcome, Appended):
            return outcome
        raise outcome

    def append_all(self, drafts: Sequence[Draft]) -> list[Placed]:
        """Store drafts together; what became of each, in their order, once all are committed and synced.

        One that cannot be stored does not stop the others: its place holds what `append` would raise for it.
        Raises `LedgerFailed` and `LedgerClosed` for all of them; some may be stored then, as a retry with
        the same idempotency keys tells.
        """
        placed: list[Placed | Prepared] = [_prepared(draft) for draft in drafts]
        outcomes = iter(self.append_prepared([one for one in placed if isinstance(one, Prepared)]))
        return [next(outcomes) if isinstance(one, Prepared) else one for one in placed]

    def append_prepared(self, drafts: Sequence[Prepared]) -> list[Outcome]:
        """The same with drafts that are canonical already."""
        self._readers.check_process()
        return self._writer.append(drafts) if drafts else []

    def get(self, entry_id: str) -> Entry | None:
        """The entry of that id. Raises `LedgerUnreadable`, `LedgerClosed`."""
        return self._first(f"{_FIND} entry_id = :wanted", entry_id)

    def find_key(self, key_hash: bytes) -> Entry | None:
        """The entry stored for an idempotency key's SHA-256 digest. Raises as `get` does."""
        return self._first(f"{_FIND} key_hash = :wanted", key_hash)

    def at(self, index: int) -> Entry | None:
        """The acknowledged entry at that place of the sequence. Raises as `get` does."""
        return self._first(f"{_FIND} leaf_index = :wanted", index) if index < self.size else None

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """The hashes that prove an entry in the tree of `size` entries (RFC 6962, 2.1.1).

        Raises ValueError unless 0 ≤ index < size ≤ the ledger's, and as `get` does.
        """
        self._check_size(size)
        return tree.inclusion_proof(self._readers.rows, index, size)

    def inclusion_proofs(self, indexes: Sequence[int], size: int) -> list[list[bytes]]:
        """The same for many entries at once. Raises as `inclusion_proof` does."""
        self._check_size(size)
        return tree.inclusion_proofs(self._readers.rows, indexes, size)

    def consistency_proof(self, old: int, size: int) -> list[bytes]:
        """The hashes that prove that the tree of `size` entries begins with that of `old` (RFC 6962, 2.1.2).

        Raises ValueError unless 0 < old ≤ size ≤ the ledger's, and as `get` does.
        """
        self._check_size(size)
        return tree.consistency_proof(self._readers.rows, old, size)

    def root_at(self, size: int) -> bytes:
        """The root that the tree had at a size. Raises ValueError beyond the ledger's, and as `get` does."""
        self._check_size(size)
        return tree.root_at(self._readers.rows, size)

    def stop(self, cause: BaseException) -> None:
        """Take nothing more, because something that the ledger relies on has failed."""
        self._writer.stop(cause)

    def search(
        self,
        subject: str | None = None,
        since: dt.date | None = None,
        until: dt.date | None = None,
        after: int | None = None,
        limit: int = 50,
        kind: str | None = None,
    ) -> Page:
        """Entries that pass every given filter, newest first; see `Query` for what each filter means.

        Raises ValueError for a limit outside 1 to 1000, and as `get` does.
        """
        query = Query(subject, since, until, after, limit, kind)
        return query.page(self._readers.rows(*query.sql()))

    def ahead(self, query: Query, first: int, end: int) -> list[Entry]:
        """Entries from `first` up to but without `end` that pass a query, oldest first, at most its limit.

        Raises as `get` does.
        """
        return [Entry(*row) for row in self._readers.rows(*query.ahead(first, end))]

    def close(self) -> None:
        """Serve those who wait, then close the file and give back its lock; a second call does nothing."""
        self._writer.close()
        self._readers.close()
        self._give_back()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_size(self, size: int) -> None:
        if size > self.size:
            raise ValueError(f"the ledger has {self.size} entries, not {size}")

    def _first(self, sql: str, wanted: Any) -> Entry | None:
        rows = self._readers.rows(sql, {"wanted": wanted})
        return Entry(*rows[0]) if rows else None


def _prepared(draft: Draft) -> Prepared | CanonicalError:
    try:
        return prepare(draft)
    except CanonicalError as error:
        return error
