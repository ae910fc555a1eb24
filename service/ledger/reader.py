"""A ledger file opened for reading alone, whether or not a service writes it meanwhile."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from service.ledger import tree
from service.ledger.entry import Entry
from service.ledger.errors import LedgerDamaged, LedgerUnreadable, LedgerUnsupported
from service.ledger.schema import MIGRATIONS, check_schema
from service.ledger.search import Page, Query

_PAGE: Final = 200
_COLUMNS: Final = "leaf_index, leaf_hash, canonical"
_FIND: Final = f"SELECT {_COLUMNS} FROM entries WHERE entry_id = :wanted"
_AFTER: Final = f"SELECT {_COLUMNS} FROM entries WHERE leaf_index > :after AND kind = :kind"
_BEGINS: Final = "SELECT min(leaf_index) FROM entries INDEXED BY entries_by_time WHERE decided_at >= :since"


class Reader:
    """Entries of one file, for one thread. It takes no lock: a service may append at the same time."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file, which is never written.

        Raises `LedgerUnreadable` where there is none, `LedgerDamaged` if it is no ledger, `LedgerUnsupported`
        if another version of this program wrote it.
        """
        path = path.resolve()
        uri = f"{path.as_uri()}?mode=ro"
        try:
            connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        except sqlite3.Error as error:
            raise LedgerUnreadable(f"the ledger `{path}` cannot be opened: {error}") from error
        try:
            connection.execute("PRAGMA query_only = ON")
            version = check_schema(connection)
            if version != len(MIGRATIONS):
                raise LedgerUnsupported(f"the ledger `{path}` has schema version {version}: start the service once")
            return cls(connection, path)
        except BaseException as error:
            connection.close()
            if isinstance(error, sqlite3.Error):
                raise LedgerDamaged(f"the ledger `{path}` cannot be read: {error}") from error
            raise

    def get(self, entry_id: str) -> Entry | None:
        """The entry of that id. Raises `LedgerUnreadable`."""
        rows = self._rows(_FIND, {"wanted": entry_id})
        return Entry(*rows[0]) if rows else None

    def search(
        self, subject: str | None = None, *, kind: str | None = None, after: int | None = None, limit: int = 50
    ) -> Page:
        """Entries that pass every filter, newest first, as `Ledger.search` gives them. Raises as `get` does."""
        query = Query(subject=subject, kind=kind, after=after, limit=limit)
        return query.page(self._rows(*query.sql()))

    @property
    def size(self) -> int:
        """The number of entries now. Raises as `get` does."""
        ((last,),) = self._rows("SELECT max(leaf_index) FROM entries", {})
        return 0 if last is None else int(last) + 1

    def ahead(self, query: Query, first: int, end: int) -> list[Entry]:
        """Entries that pass a query, oldest first, as `Ledger.ahead` gives them. Raises as `get` does."""
        return [Entry(*row) for row in self._rows(*query.ahead(first, end))]

    def inclusion_proofs(self, indexes: Sequence[int], size: int) -> list[list[bytes]]:
        """As `Ledger.inclusion_proofs` gives them. Raises `LedgerDamaged`, and as `get` does."""
        return tree.inclusion_proofs(self._rows, indexes, size)

    def root_at(self, size: int) -> bytes:
        """The root that the tree had at a size. Raises `LedgerDamaged`, and as `get` does."""
        return tree.root_at(self._rows, size)

    def entries(self, kind: str, since: dt.date | None = None) -> Iterator[Entry]:
        """Every entry of a kind, the oldest first, a page at a time; of that day (UTC) or later.

        Raises as `get` does.
        """
        after, earliest, condition = -1, "", ""
        if since is not None:
            earliest, condition = since.isoformat(), " AND decided_at >= :since"
            ((first,),) = self._rows(_BEGINS, {"since": earliest})
            if first is None:
                return
            after = first - 1
        sql = f"{_AFTER}{condition} ORDER BY leaf_index LIMIT {_PAGE}"
        while rows := self._rows(sql, {"after": after, "kind": kind, "since": earliest}):
            yield from (Entry(*row) for row in rows)
            after = rows[-1][0]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _rows(self, sql: str, parameters: dict[str, Any]) -> list[Any]:
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise LedgerUnreadable(f"the ledger `{self._path}` cannot be read: {error}") from error
