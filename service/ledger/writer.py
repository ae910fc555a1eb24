"""The one writer: group commit by the callers themselves, and fail-stop.

A caller that comes while nobody writes leads: it commits inline, without a hand-over. Callers that come
meanwhile wait; the leader, when its transaction is committed, makes the first of them the next leader, who
commits all that wait by then, and only after that wakes its own batch. So one sync serves many callers,
there is no writer thread to start, stop or lose, and no caller overtakes another.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from contextlib import suppress

from service.ledger.batch import Batch, Outcome
from service.ledger.entry import Appended, Prepared
from service.ledger.errors import LedgerClosed, LedgerFailed
from service.ledger.tree import Head

MAX_BATCH = 256
"""Drafts in one transaction: more gain little and make the first of them wait for the last."""

CHECKPOINT_BYTES = 16 * 1024 * 1024
"""About how much the log grows before it is folded into the file, while whoever comes next waits."""

# Pages of 4 KB that a commit logs, measured at a million entries: the ends of the tables and their indexes,
# and for each entry the places of its id, key and facets. SQLite tells the log's length to C alone.
_COMMIT_BYTES = 15 * 4096
_ENTRY_BYTES = 3 * 4096


class _Waiter:
    """A caller's draft on its way; `gate` opens when its outcome is there or when it is to lead."""

    __slots__ = ("draft", "failure", "gate", "outcome")

    def __init__(self, draft: Prepared) -> None:
        self.draft = draft
        self.gate = threading.Lock()
        self.gate.acquire()
        self.outcome: Outcome | None = None
        self.failure: LedgerFailed | None = None


class Writer:
    """Appends to one ledger file through its only writing connection, which it uses but does not own."""

    def __init__(self, connection: sqlite3.Connection, head: Head) -> None:
        self._connection = connection
        self._head = head
        self._log_bytes = 0
        self._quiet = threading.Condition(threading.Lock())  # guards what follows; notified when nobody leads
        self._waiting: deque[_Waiter] = deque()
        self._leader: _Waiter | None = None
        self._cause: BaseException | None = None
        self._closed = False

    @property
    def head(self) -> Head:
        """The tree over the committed entries."""
        return self._head

    @property
    def failed(self) -> bool:
        """Whether the ledger has stopped for good."""
        return self._cause is not None

    @property
    def healthy(self) -> bool:
        """Whether appends are taken."""
        return self._cause is None and not self._closed

    def append(self, draft: Prepared) -> Appended:
        """Store a draft and return once it is committed and synced.

        Raises `IdempotencyConflict`, `EntryExists`, `LedgerFailed` or `LedgerClosed`.
        """
        waiter = _Waiter(draft)
        try:
            if not self._enter(waiter):
                waiter.gate.acquire()
            if self._leader is waiter:
                self._lead(waiter)
        except BaseException:
            self._leave(waiter)
            raise
        if isinstance(waiter.outcome, Appended):
            return waiter.outcome
        raise waiter.outcome or waiter.failure or AssertionError("woken without an outcome")

    def close(self) -> None:
        """Take nothing more and wait until all who wait are served."""
        with self._quiet:
            self._closed = True
            while self._leader is not None:
                self._quiet.wait()

    def stop(self, cause: BaseException) -> None:
        """Take nothing more because of a failure elsewhere; what is in a transaction already ends as it ends."""
        with self._quiet:
            if self._cause is None:
                self._cause = cause
            if self._leader is None:
                self._strand()

    def check(self) -> None:
        """Raise `LedgerFailed` once the ledger has stopped."""
        if self._cause is not None:
            raise self._failure()

    def _enter(self, waiter: _Waiter) -> bool:
        """Queue up; true if nobody leads, so that this caller does."""
        with self._quiet:
            if self._cause is not None:
                raise self._failure()
            if self._closed:
                raise LedgerClosed("the ledger is closed")
            self._waiting.append(waiter)
            if self._leader is not None:
                return False
            self._leader = waiter
            return True

    def _leave(self, waiter: _Waiter) -> None:
        """Withdraw a caller that was interrupted: what is not in a transaction yet never will be."""
        with self._quiet:
            with suppress(ValueError):
                self._waiting.remove(waiter)
            if self._leader is waiter:
                self._hand_over()

    def _lead(self, leader: _Waiter) -> None:
        with self._quiet:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_BATCH))]
        try:
            outcomes = self._commit(batch)
            for waiter, outcome in zip(batch, outcomes, strict=True):
                waiter.outcome = outcome
            self._checkpoint()
        except BaseException as error:
            self._fail(error, batch)
            if not isinstance(error, Exception):
                raise  # an interrupt of this thread; its own append cannot be answered
            return
        try:
            with self._quiet:
                self._hand_over()
        finally:
            for waiter in batch:
                if waiter is not leader:
                    waiter.gate.release()

    def _hand_over(self) -> None:
        """Make the first who waits the leader, unless the ledger has stopped. The caller holds `_quiet`."""
        if self._cause is not None:
            self._strand()
        self._leader = self._waiting[0] if self._waiting else None
        if self._leader is not None:
            self._leader.gate.release()
        else:
            self._quiet.notify_all()

    def _commit(self, waiters: list[_Waiter]) -> list[Outcome]:
        self._connection.execute("BEGIN IMMEDIATE")
        batch = Batch(self._connection, self._head)
        outcomes = [batch.place(waiter.draft) for waiter in waiters]
        batch.write()
        self._connection.execute("COMMIT")
        if added := batch.size - self._head.size:
            self._log_bytes += _COMMIT_BYTES + added * _ENTRY_BYTES + batch.bytes
            self._head = batch.head
        return outcomes

    def _checkpoint(self) -> None:
        """Fold the log into the file now and then; an error here stops the ledger as any other does."""
        if self._log_bytes >= CHECKPOINT_BYTES:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            self._log_bytes = 0

    def _fail(self, cause: BaseException, batch: list[_Waiter]) -> None:
        """Stop for good. Whoever has an outcome is committed and told so; all others get the failure."""
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        with self._quiet:
            self._cause = cause
            self._leader = None
            self._waiting.extendleft(reversed(batch))
            self._strand()
            self._quiet.notify_all()

    def _strand(self) -> None:
        """Wake all who wait; who has no outcome by now is told the failure. The caller holds `_quiet`."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if waiter.outcome is None:
                waiter.failure = self._failure()
            waiter.gate.release()

    def _failure(self) -> LedgerFailed:
        failure = LedgerFailed(f"the ledger stopped and takes nothing any more: {self._cause}")
        failure.__cause__ = self._cause
        return failure
