"""The SQLite file: opened, checked and locked for one writer."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path


from service.ledger.errors import (
    LedgerDamaged,
    LedgerUnreadable,
    LedgerUnsupported,
)
from service.ledger.files import make_folder, sync_folder
from service.ledger.lock import take_lock
from service.ledger.schema import check_schema, check_sequence, migrate
from service.ledger.tree import Head, read_head

_SETTINGS: tuple[tuple[str, str, object], ...] = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),  # sync the log before every commit returns; NORMAL never does
    ("fullfsync", "ON", 1),  # macOS: fsync alone stops at the drive's cache
    ("checkpoint_fullfsync", "ON", 1),
    ("foreign_keys", "ON", 1),
    ("recursive_triggers", "ON", 1),  # REPLACE asks the delete triggers too
    ("wal_autocheckpoint", "0", 0),  # SQLite swallows its errors; the writer checkpoints and sees them
)


class Store:
    """One ledger file with its single writing connection and its lock, both held until `close`.

    SQLite up to 3.51.2 can corrupt a WAL file that two connections write or checkpoint at once, so there is
    one connection that can, used by one thread at a time; readers open the file `mode=ro`.
    """

    def __init__(self, path: Path, lock: int, writer: sqlite3.Connection, head: Head) -> None:
        self.path = path
        self.writer = writer
        self.head_at_open = head
        self._lock = lock
        self._closed = False

    @classmethod
    def open(cls, path: Path) -> Store:
        """Create or open the file (0600, in a folder 0700 if it is new) and recover a leftover log.

        Raises `LedgerInUse`, `LedgerDamaged`, `LedgerUnreadable`, `LedgerUnsupported`, or OSError for an
        unusable path.
        """
        path = path.resolve()
        make_folder(path.parent)
        lock = take_lock(path)
        writer: sqlite3.Connection | None = None
        try:
            _make_file(path)
            writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            head = _prepare(writer)
            sync_folder(path.parent)
            return cls(path, lock, writer, head)
        except BaseException as error:
            if writer is not None:
                writer.close()
            os.close(lock)
            if isinstance(error, sqlite3.OperationalError):
                raise LedgerUnreadable(f"the ledger `{path}` cannot be opened: {error}") from error
            if isinstance(error, sqlite3.DatabaseError):
                raise LedgerDamaged(f"the ledger `{path}` cannot be opened: {error}") from error
            raise

    def close(self) -> None:
        """Close the writer (which folds the log into the file), then give back the lock."""
        if self._closed:
            return
        self._closed = True
        with suppress(sqlite3.Error):  # what was committed is in the log and is recovered at the next start
            self.writer.close()
        os.close(self._lock)


def _prepare(writer: sqlite3.Connection) -> Head:
    """Check, set up and migrate; a file that is not ours is refused before anything is written to it."""
    check_schema(writer)
    for name, value, expected in _SETTINGS:
        writer.execute(f"PRAGMA {name} = {value}").fetchall()
        (actual,) = writer.execute(f"PRAGMA {name}").fetchone()
        if actual != expected:
            raise LedgerUnsupported(f"SQLite gives `{name}` {actual!r} here, the ledger needs {expected!r}")
    migrate(writer)
    return read_head(writer, check_sequence(writer))


def _make_file(path: Path) -> None:
    """Create the file for its owner alone; SQLite gives its log files the same mode."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
