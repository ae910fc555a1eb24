"""The table of keys, apart from the log: one for each subject, destroyed in place when the subject is erased.

A key is written once, in a row that never moves, and overwritten there with zeros: SQLite leaves copies of
what it moves, so no row here is deleted or grown. `secure_delete` overwrites what it frees besides, and the
journal is cut off after every transaction. No key is kept in memory: whoever needs one asks the file, so
none is used once it is destroyed, whichever process destroyed it.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, Self
from typing import Literal as OneOf

from service.ledger.entry import utc_text
from service.ledger.errors import LedgerUnreadable
from service.ledger.files import make_folder, sync_folder
from service.personal.seal import SECRET_BYTES

_ID_BYTES: Final = 16
_VERSION: Final = 1

_TABLES: Final = f"""
CREATE TABLE subject_keys (
    number INTEGER PRIMARY KEY,
    key_id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL CHECK (owner IN ('subject', 'decision')),
    name TEXT NOT NULL,
    secret BLOB NOT NULL CHECK (length(secret) = {SECRET_BYTES}),
    destroyed INTEGER NOT NULL DEFAULT 0 CHECK (destroyed IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX living ON subject_keys (owner, name) WHERE destroyed = 0;
CREATE TABLE destroyed (
    key_id TEXT PRIMARY KEY REFERENCES subject_keys (key_id),
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    at TEXT NOT NULL,
    caller TEXT,
    recorded INTEGER NOT NULL DEFAULT 0 CHECK (recorded IN (0, 1))
) STRICT;
CREATE INDEX unrecorded ON destroyed (key_id) WHERE recorded = 0
"""
_SETTINGS: Final = (
    ("secure_delete", "ON", 1),
    ("journal_mode", "TRUNCATE", "truncate"),  # no write-ahead log: several processes write this file
    ("synchronous", "EXTRA", 3),  # the journal's end is on the disk before a commit returns
    ("fullfsync", "ON", 1),
    ("temp_store", "MEMORY", 2),
)
_LIVING: Final = "SELECT key_id, secret FROM subject_keys WHERE owner = ? AND name = ? AND destroyed = 0"
_ADD: Final = "INSERT INTO subject_keys (key_id, owner, name, secret) VALUES (?, ?, ?, ?)"
_FIND: Final = "SELECT secret FROM subject_keys WHERE key_id = ? AND destroyed = 0"
_WIPE: Final = (
    f"UPDATE subject_keys SET secret = zeroblob({SECRET_BYTES}), destroyed = 1 WHERE key_id = ? AND destroyed = 0"
)
_NOTE: Final = "INSERT INTO destroyed SELECT key_id, owner, name, ?, ?, 0 FROM subject_keys WHERE key_id = ?"
_UNRECORDED: Final = "SELECT key_id, owner, name, at, caller FROM destroyed WHERE recorded = 0 ORDER BY key_id"
_RECORDED: Final = "UPDATE destroyed SET recorded = 1 WHERE key_id = ?"
_ALL: Final = "SELECT number, key_id, owner, name FROM subject_keys WHERE destroyed = 0 AND number > ? LIMIT 500"


class KeysUnusable(LedgerUnreadable):
    """The keys of personal data cannot be used; the text says why and shows no key."""


class Owner(NamedTuple):
    """Whose key it is: a subject's, or that of one decision that names no subject."""

    kind: OneOf["subject", "decision"]
    name: str


class SubjectKey(NamedTuple):
    """A living key. The id stands in entries; the secret nowhere but in the table."""

    key_id: str
    secret: bytes


class Destroyed(NamedTuple):
    """A key that is gone, since when, and by whose word."""

    key_id: str
    owner: Owner
    at: dt.datetime
    caller: str | None = None


class SubjectKeys:
    """The keys of one ledger. Safe for any number of threads; several processes may share the file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Made by `open`, or by `in_memory`."""
        self._connection = connection
        self._mutex = threading.Lock()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file, creating it (0600).

        Raises `KeysUnusable` for a file that others can read, that is no table of keys, or where SQLite does
        not overwrite what it deletes; OSError for an unusable path.
        """
        path = path.resolve()
        make_folder(path.parent)
        _check_file(path)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=60)
        try:
            _set_up(connection, path)
        except BaseException as error:
            connection.close()
            if isinstance(error, sqlite3.Error):
                raise KeysUnusable(f"the keys `{path}` cannot be opened: {error}") from error
            raise
        sync_folder(path.parent)
        return cls(connection)

    @classmethod
    def existing(cls, path: Path) -> Self:
        """The keys that are there, for reading; none where there is no file. Raises as `open` does."""
        return cls.open(path) if path.exists() else cls.in_memory()

    @classmethod
    def in_memory(cls) -> Self:
        """Keys that end with the process: what is sealed under them is then gone. For tests and trials."""
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        _make_tables(connection)
        return cls(connection)

    def of(self, owner: Owner) -> SubjectKey:
        """The owner's key, made and on the disk when this returns if there was none. Raises `KeysUnusable`."""
        with self._asked() as connection:
            known = connection.execute(_LIVING, owner).fetchone()
            return SubjectKey(*known) if known is not None else self._made(connection, owner)

    def living(self, owner: Owner) -> str | None:
        """The id of the owner's key, None if there is none. Raises `KeysUnusable`."""
        with self._asked() as connection:
            known = connection.execute(_LIVING, owner).fetchone()
            return None if known is None else str(known[0])

    def secret(self, key_id: str) -> bytes | None:
        """The key of that id, None if it was destroyed or never was here. Raises `KeysUnusable`."""
        with self._asked() as connection:
            row = connection.execute(_FIND, (key_id,)).fetchone()
            return None if row is None else bytes(row[0])

    def destroy(self, key_id: str, at: dt.datetime, caller: str | None = None) -> bool:
        """Destroy a key; it is `unrecorded` until `record` is called. False if no such key is living.

        `caller` is who asks. Raises `KeysUnusable`.
        """
        with self._asked() as connection, _transaction(connection):
            if not connection.execute(_WIPE, (key_id,)).rowcount:
                return False
            connection.execute(_NOTE, (utc_text(at), caller, key_id))
            return True

    def unrecorded(self) -> tuple[Destroyed, ...]:
        """The destroyed keys of which no ledger is known to say so. Raises `KeysUnusable`."""
        with self._asked() as connection:
            rows = connection.execute(_UNRECORDED).fetchall()
        return tuple(
            Destroyed(key_id, Owner(kind, name), dt.datetime.fromisoformat(at), caller)
            for key_id, kind, name, at, caller in rows
        )

    def record(self, key_id: str) -> None:
        """Note that the ledger says that this key is destroyed. Raises `KeysUnusable`."""
        with self._asked() as connection, _transaction(connection):
            connection.execute(_RECORDED, (key_id,))

    def owners(self) -> Iterator[tuple[str, Owner]]:
        """Every living key's id and owner, some at a time. Raises `KeysUnusable`."""
        after = 0
        while True:
            with self._asked() as connection:
                rows = connection.execute(_ALL, (after,)).fetchall()
            if not rows:
                return
            yield from ((key_id, Owner(kind, name)) for _, key_id, kind, name in rows)
            after = rows[-1][0]

    def close(self) -> None:
        """Give the file back; a second call does nothing."""
        with self._mutex:
            self._connection.close()

    def _made(self, connection: sqlite3.Connection, owner: Owner) -> SubjectKey:
        with _transaction(connection):
            known = connection.execute(_LIVING, owner).fetchone()  # another process may have been faster
            if known is not None:
                return SubjectKey(*known)
            key = SubjectKey(os.urandom(_ID_BYTES).hex(), os.urandom(SECRET_BYTES))
            connection.execute(_ADD, (key.key_id, *owner, key.secret))
            return key

    @contextmanager
    def _asked(self) -> Iterator[sqlite3.Connection]:
        """The connection, for one thread at a time."""
        with self._mutex:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise KeysUnusable(f"the keys of personal data cannot be used: {error}") from error


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite ends some itself
            connection.execute("ROLLBACK")
        raise


def _check_file(path: Path) -> None:
    """Make the file for its owner alone; refuse one that others can read."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
    finally:
        os.close(descriptor)
    if mode & 0o077:
        raise KeysUnusable(f"the keys `{path}` can be read by others (mode {mode:04o}); make the file 0600")


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    for name, value, expected in _SETTINGS:
        connection.execute(f"PRAGMA {name} = {value}").fetchall()
        (actual,) = connection.execute(f"PRAGMA {name}").fetchone()
        if actual != expected:
            raise KeysUnusable(f"SQLite gives `{name}` {actual!r} for `{path}`, keys need {expected!r}")
    _make_tables(connection)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != _VERSION:
        raise KeysUnusable(f"the keys `{path}` have version {version}, this program knows {_VERSION}")


def _make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file, unless another process has just done so."""
    with _transaction(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if version == 0 and tables == 0:
            for statement in _TABLES.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
