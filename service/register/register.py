"""The register itself: a SQLite file, or memory, that is brought up to the last entry before every answer."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import orjson

from service.ledger import Entry, LedgerClosed
from service.personal import Vault
from service.register.entries import Entries
from service.register.index import Index
from service.register.obligations import Filters, Listing, Page
from service.register.schema import VERSION, make
from service.register.search import Counts, Hits, Search, Wanted
from service.register.take import Intake
from service.register.tallies import Tallies, Tally

FILE: Final = "register.sqlite"
"""Its name in the data folder."""
_STRIDE: Final = 1000
"""Entries in one transaction."""
CADENCE: Final = 1.0
"""Seconds between two looks at the log, while nobody asks."""

_log = logging.getLogger(__name__)


class Register:
    """Safe for any number of threads; several processes may share its file."""

    def __init__(self, entries: Entries, path: Path | None = None, vault: Vault | None = None) -> None:
        """A register over a log; in memory if there is no path. A file that cannot be used is made anew.

        `vault` opens sealed deadlines; without one, what is due on such a day is listed last.
        """
        self._vault = vault or Vault()
        self._entries = entries
        self._path = path
        self._mutex = threading.Lock()
        self._connection: sqlite3.Connection | None = None  # opened when somebody asks: a start need not wait
        self._ended = threading.Event()

    def tallies(self) -> Tallies:
        """How often everything was applied. Raises what reading entries raises."""
        with self._current() as connection:
            found: dict[str, dict[str, Tally]] = {"rule": {}, "clause": {}}
            for kind, name, *tally in connection.execute("SELECT * FROM tallies"):
                found[kind][name] = Tally(*tally)
            size, _, since = _progress(connection)
            return Tallies(found["rule"], found["clause"], since, size)

    def obligations(self, filters: Filters) -> Page:
        """A page of what the log requires. Raises what reading entries raises."""
        with self._current() as connection:
            leaf = None if filters.decision is None else self._entries.find(filters.decision)
            return Listing(connection, filters, leaf).page()

    def search(self, wanted: Wanted) -> Hits:
        """A page of decisions, the newest first. Raises what reading entries raises."""
        with self._current() as connection:
            return Search(connection, wanted, _progress(connection)[0]).page()

    def counts(self, wanted: Wanted) -> Counts:
        """How many decisions there are of every kind; the page that is asked for does not matter. Raises the same."""
        with self._current() as connection:
            return Search(connection, replace(wanted, after=None), _progress(connection)[0]).counts()

    def catch_up(self) -> None:
        """Take what was appended since, so that the next answer need not."""
        with self._current():
            pass

    def behind(self) -> int:
        """How many entries the log has that are not in the register. Raises what reading entries raises."""
        with self._mutex:
            return max(0, self._entries.size - _progress(self._opened())[0])

    def follow(self) -> None:
        """Keep catching up in the background until closed."""
        threading.Thread(target=self._follow, name="register", daemon=True).start()

    def close(self) -> None:
        """Give the file back; a second call does nothing."""
        self._ended.set()
        with self._mutex:
            if self._connection is not None:
                self._connection.close()

    def _follow(self) -> None:
        while not self._ended.wait(CADENCE):
            try:
                self.catch_up()
            except LedgerClosed:
                return
            except Exception as error:
                if not self._ended.is_set():
                    _log.error("the register does not follow the log: %s", error)
                return

    @contextmanager
    def _current(self) -> Iterator[sqlite3.Connection]:
        """The connection, once the register is as long as the log was when this was called."""
        with self._mutex:
            size = self._entries.size
            while self._taken(size) < size:
                self._advance(size)
            yield self._opened()

    def _taken(self, size: int) -> int:
        """How many entries are in the register, which starts anew if they are not those of the log."""
        connection = self._opened()
        taken, last_hash, _ = _progress(connection)
        last = self._entries.between(taken - 1, taken) if 0 < taken <= size else ()
        if taken and not (last and last[0].leaf_hash == last_hash) and not self._ahead(taken, size):
            connection.close()
            self._use(_open(self._path, anew=True))
            return 0
        return taken

    def _ahead(self, taken: int, size: int) -> bool:
        """Whether another process that shares the file has seen a longer log than this call."""
        return taken > size and self._path is not None and self._entries.size >= taken

    def _advance(self, size: int) -> None:
        """Take the next entries in one transaction."""
        connection = self._opened()
        try:
            with _transaction(connection):
                first = _progress(connection)[0]  # another process may have been faster
                self._take(connection, self._entries.between(first, min(first + _STRIDE, size)))
        except BaseException:
            self._intake.forget()
            self._index.forget()
            raise

    def _take(self, connection: sqlite3.Connection, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        moments = []
        for entry in entries:
            stored = orjson.loads(entry.canonical)  # not `entry.document`, which would be kept
            self._intake.add(entry, stored)
            self._index.add(entry.index, stored)
            moments.append(stored["decided_at"])
        self._intake.write()
        self._index.write()
        connection.execute(
            "UPDATE progress SET size = ?, last_hash = ?, first_at = coalesce(first_at, ?)",
            (entries[-1].index + 1, entries[-1].leaf_hash, moments[0]),
        )

    def _opened(self) -> sqlite3.Connection:
        """The connection; one that nobody asked for before the end is not opened after it."""
        if self._connection is None and self._ended.is_set():
            raise LedgerClosed("the register is closed")
        return self._connection or self._use(_open(self._path))

    def _use(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        self._connection = connection
        self._index = Index(connection)
        self._intake = Intake(connection, self._vault)
        return connection


def _progress(connection: sqlite3.Connection) -> tuple[int, bytes | None, str | None]:
    size, last_hash, first_at = connection.execute("SELECT size, last_hash, first_at FROM progress").fetchone()
    return size, last_hash, first_at


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _open(path: Path | None, anew: bool = False) -> sqlite3.Connection:
    """The connection to a file of this version, which is made if there is none."""
    if path is None:
        return _made(_connected(":memory:"))
    with _alone(path.parent):
        return _of_this_version(path, anew)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process after another: who finds no register, or another version's, takes away what is there."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _of_this_version(path: Path, anew: bool) -> sqlite3.Connection:
    if not anew:
        connection = _connected(path)
        with suppress(sqlite3.DatabaseError):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == VERSION:
                _progress(connection)
                return _journalled(connection)
        connection.close()
    for ending in ("", "-journal"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    return _made(_connected(path))


def _connected(path: Path | str) -> sqlite3.Connection:
    """For its owner alone; no write-ahead log: SQLite up to 3.51.2 can corrupt one that two processes write."""
    if isinstance(path, Path):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=60)
    connection.execute("PRAGMA secure_delete = ON").fetchall()  # a deadline may tell of a person, until erased
    return connection


def _journalled(connection: sqlite3.Connection) -> sqlite3.Connection:
    """With a journal that stays there, empty: making it anew is a sync more, for which the ledger's syncs wait too."""
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA journal_mode = TRUNCATE").fetchall()
    return connection


def _made(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Make the tables, unless another process has just done so."""
    _journalled(connection)
    with _transaction(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            make(connection)
    return connection
