"""The file of API keys in the data folder: what each may do, and the hash of its text. Shared by all processes.

A SQLite file of its own with a rollback journal: any process may write it, and SQLite's bug with several
writers is one of WAL.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from service.callers.scopes import Role, Scope
from service.ledger.entry import utc_text
from service.ledger.files import make_folder

if TYPE_CHECKING:
    from sqlite_utils import Database

FILE: Final = "callers.sqlite"
"""Its name in the data folder."""
_TABLE: Final = "keys"
_TIMES: Final = ("created", "expires", "last_used", "revoked")
_COLUMNS: Final = {
    "id": str, "digest": bytes, "name": str, "role": str, "scopes": str, "rate": str, **dict.fromkeys(_TIMES, str),
}  # fmt: skip
_COUNTER: Final = slice(24, 28)
"""Where SQLite counts the changes of a file (file format, 1.3.7)."""


@dataclass(frozen=True, slots=True)
class Key:
    """One API key; times are in UTC. `digest` is the SHA-256 of its text."""

    id: str
    digest: bytes
    name: str
    role: Role
    scopes: frozenset[Scope]
    rate: str | None
    created: dt.datetime
    expires: dt.datetime | None = None
    last_used: dt.datetime | None = None
    revoked: dt.datetime | None = None

    def status(self, now: dt.datetime) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "active"


class Stamp(NamedTuple):
    """Which file it is and how often it was changed."""

    inode: int
    counter: bytes


class KeyFile:
    """Safe for any number of threads and processes; every call opens the file anew."""

    def __init__(self, folder: Path) -> None:
        """The file in a data folder; it is made by the first key."""
        self.path = folder / FILE

    def stamp(self) -> Stamp | None:
        """Something else after every change; None while there is no file. Raises OSError."""
        try:
            with self.path.open("rb") as file:
                return Stamp(os.fstat(file.fileno()).st_ino, file.read(_COUNTER.stop)[_COUNTER])
        except FileNotFoundError:
            return None

    def every(self) -> Sequence[Key]:
        """Every key ever made, the oldest first. Raises sqlite3.Error, OSError."""
        if not self.path.exists():
            return ()
        with self._opened() as database:
            if _TABLE not in database.table_names():
                return ()
            return [_key(row) for row in database[_TABLE].rows_where(order_by="created, id")]

    def add(self, key: Key) -> None:
        """Keep a new key. Raises sqlite3.Error, OSError."""
        make_folder(self.path.parent)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        with self._opened() as database:
            database.table(_TABLE).create(_COLUMNS, pk="id", strict=True, if_not_exists=True).insert(_row(key))

    def revoke(self, key_id: str, now: dt.datetime) -> Key | None:
        """Let a key count no more, from `now` or from when it was revoked before. None if there is no such key."""
        if not self.path.exists():
            return None
        with self._opened() as database:
            sql = f"UPDATE {_TABLE} SET revoked = coalesce(revoked, :now) WHERE id = :id"
            database.execute(sql, {"now": utc_text(now), "id": key_id})
            found = next(database.table(_TABLE).rows_where("id = ?", [key_id]), None)
            return None if found is None else _key(found)

    def used(self, times: Mapping[str, dt.datetime]) -> None:
        """Note when keys were last used; an older time than is known changes nothing."""
        rows = [(utc_text(moment), key_id) for key_id, moment in times.items()]
        with self._opened() as database, database.conn:
            sql = f"UPDATE {_TABLE} SET last_used = max(coalesce(last_used, ''), ?) WHERE id = ?"
            database.conn.executemany(sql, rows)

    @contextmanager
    def _opened(self) -> Iterator[Database]:
        from sqlite_utils import Database  # takes longer to import than all else here

        with closing(Database(self.path)) as database:
            database.conn.execute("PRAGMA busy_timeout = 2000")
            database.conn.execute("PRAGMA synchronous = EXTRA")
            yield database


def _row(key: Key) -> dict[str, Any]:
    moments = {name: getattr(key, name) for name in _TIMES}
    return {
        "id": key.id,
        "digest": key.digest,
        "name": key.name,
        "role": str(key.role),
        "scopes": " ".join(sorted(key.scopes)),
        "rate": key.rate,
        **{name: None if moment is None else utc_text(moment) for name, moment in moments.items()},
    }


def _key(row: Mapping[str, Any]) -> Key:
    moments = {name: dt.datetime.fromisoformat(row[name]) if row[name] else None for name in _TIMES}
    created = moments.pop("created")
    assert created is not None
    return Key(
        id=row["id"],
        digest=row["digest"],
        name=row["name"],
        role=Role(row["role"]),
        scopes=frozenset(Scope(name) for name in row["scopes"].split()),
        rate=row["rate"],
        created=created,
        **moments,
    )
