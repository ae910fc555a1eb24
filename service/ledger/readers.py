"""Connections that only read a ledger file, for as many threads as there are."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from service.ledger.errors import LedgerClosed, LedgerFailed, LedgerUnreadable

_MAX_IDLE_READERS = 16

_FATAL = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""What a read can meet after which no write is to be trusted (primary result codes)."""


class Readers:
    """A pool of read-only connections to one file, for one process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.on_failure: Callable[[BaseException], None] = lambda _: None
        self._process = os.getpid()
        self._mutex = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

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
            with self.reader() as reader:
                return reader.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _FATAL:
                self.on_failure(error)
            raise LedgerUnreadable(f"the ledger `{self.path}` cannot be read: {error}") from error

    @contextmanager
    def reader(self) -> Iterator[sqlite3.Connection]:
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
        """Close those that are idle; the others follow when they are given back."""
        with self._mutex:
            self._closed = True
            idle, self._idle = self._idle, []
        for reader in idle:
            reader.close()


def _open_reader(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA query_only = ON")
    return connection
