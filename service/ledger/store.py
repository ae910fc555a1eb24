"""The SQLite file: opened, checked and locked for one writer; readers with connections of their own."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from service.ledger.errors import (
    LedgerClosed,
    LedgerDamaged,
    LedgerFailed,
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

_MAX_IDLE_READERS = 16

_FATAL = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""What a read can meet after which no write is to be trusted (primary result codes)."""


class Store:
    """One ledger file with its single writing connection and its lock, both held until `close`.

    SQLite up to 3.51.2 can corrupt a WAL file that two connections write or checkpoint at once, so there is
    one connection that can, used by one thread at a time; readers open the file `mode=ro`.
    """

    def __init__(self, path: Path, lock: int, writer: sqlite3.Connection, head: Head) -> None:
        self.path = path
        self.writer = writer
        self.head_at_open = head
        self.on_failure: Callable[[BaseException], None] = lambda _: None
        self._lock = lock
        self._process = os.getpid()
        self._mutex = threading.Lock()
        self._idle: list[Database] = []
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

    def check_process(self) -> None:
        """Raise `LedgerFailed` in a fork of the process that opened the file: SQLite cannot cross it."""
        if os.getpid() != self._process:
            raise LedgerFailed(f"the ledger was opened by process {self._process}; open it after the fork")

    def rows(self, sql: str, parameters: dict[str, Any]) -> list[Any]:
        """All rows of a query, read on a connection that no other thread uses meanwhile.

        A disk that fails or a file that is damaged is told to `on_failure` besides.
        Raises `LedgerUnreadable`, `LedgerClosed`, and `LedgerFailed` after a fork.
        """
        try:
            with self._reader() as reader:
                return reader.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _FATAL:
                self.on_failure(error)
            raise LedgerUnreadable(f"the ledger `{self.path}` cannot be read: {error}") from error

    @contextmanager
    def _reader(self) -> Iterator[Database]:
        """A reader from the pool: unlike one kept by its thread, it does not outlive a thread that ends."""
        self.check_process()
        with self._mutex:
            if self._closed:
                raise LedgerClosed("the ledger is closed")
            reader = self._idle.pop() if self._idle else None
        reader = reader or _open_reader(self.path)
        try:
            yield reader
        finally:
            with self._mutex:
                keep = not self._closed and len(self._idle) < _MAX_IDLE_READERS
                if keep:
                    self._idle.append(reader)
            if not keep:
                reader.close()

    def close(self) -> None:
        """Close the readers, then the writer (which folds the log into the file), then give back the lock."""
        with self._mutex:
            if self._closed:
                return
            self._closed = True
            idle, self._idle = self._idle, []
        for reader in idle:
            reader.close()
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


def _open_reader(path: Path) -> Database:
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA query_only = ON")
    return Database(connection, execute_plugins=False)


def _make_file(path: Path) -> None:
    """Create the file for its owner alone; SQLite gives its log files the same mode."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
