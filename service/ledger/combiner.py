"""Group commit by the callers themselves, and fail-stop, whatever it is that commits.

A caller that comes while nobody commits leads: it commits inline, without a hand-over. Callers that come
meanwhile wait; the leader, when its batch is committed, makes the first of them the next leader, who
commits all that wait by then, and only after that wakes its own batch. So one sync serves many callers,
there is no writer thread to start, stop or lose, and no caller overtakes another.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from service.ledger.batch import Outcome
from service.ledger.entry import Appended, Prepared
from service.ledger.errors import LedgerClosed, LedgerFailed
from service.ledger.tree import Head

MAX_BATCH = 256
"""Drafts after which no more callers join a batch: more gain little and make the first wait for the last."""


class Waiter:
    """A caller's drafts on their way; `gate` opens when their outcomes are there or when it is to lead."""

    __slots__ = ("drafts", "failure", "gate", "outcomes", "since")

    def __init__(self, drafts: Sequence[Prepared]) -> None:
        self.drafts = drafts
        self.gate = threading.Lock()
        self.gate.acquire()
        self.since = time.perf_counter()
        self.outcomes: list[Outcome] | None = None
        self.failure: LedgerFailed | None = None


class Combiner(ABC):
    """Brings the drafts of many threads together; what commits them is the subclass's."""

    def __init__(self) -> None:
        self._quiet = threading.Condition(threading.Lock())  # guards what follows; notified when nobody leads
        self._waiting: deque[Waiter] = deque()
        self._leader: Waiter | None = None
        self._cause: BaseException | None = None
        self._closed = False
        self.on_stop: Callable[[], None] = lambda: None
        """Called once the ledger has stopped for good."""
        self.on_commit: Callable[[int, float], None] = lambda entries, seconds: None
        """Called after each commit with its new entries and how long it took; it must not raise."""

    @property
    @abstractmethod
    def head(self) -> Head:
        """The tree over the committed entries."""

    @property
    @abstractmethod
    def size(self) -> int:
        """The number of entries that are committed."""

    @abstractmethod
    def _commit(self, drafts: Sequence[Prepared]) -> list[Outcome]:
        """Commit the drafts together; what it raises stops the ledger for good."""

    def _settle(self) -> None:  # noqa: B027 - not everyone has something to do
        """What is to be done after a commit, before anybody else leads; an error here stops the ledger too."""

    def _abandon(self) -> None:  # noqa: B027 - the same
        """Clean up after a commit that failed."""

    @property
    def failed(self) -> bool:
        """Whether the ledger has stopped for good."""
        return self._cause is not None

    @property
    def healthy(self) -> bool:
        """Whether appends are taken."""
        return self._cause is None and not self._closed

    @property
    def waiting(self) -> int:
        """Callers that wait for a commit."""
        return len(self._waiting)

    @property
    def lag(self) -> float:
        """Seconds that the caller has waited who waits longest; 0 if nobody waits."""
        leader = self._leader
        return 0.0 if leader is None else time.perf_counter() - leader.since

    def append(self, drafts: Sequence[Prepared]) -> list[Outcome]:
        """What becomes of each draft, in their order, once all are committed and synced, with nothing between.

        Raises `LedgerFailed` or `LedgerClosed`.
        """
        waiter = Waiter(drafts)
        try:
            if not self._enter(waiter):
                waiter.gate.acquire()
            if self._leader is waiter:
                self._lead(waiter)
        except BaseException:
            self._leave(waiter)
            raise
        if waiter.outcomes is None:
            raise waiter.failure or AssertionError("woken without an outcome")
        return waiter.outcomes

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
        self.on_stop()

    def check(self) -> None:
        """Raise `LedgerFailed` once the ledger has stopped."""
        if self._cause is not None:
            raise self._failure()

    def _enter(self, waiter: Waiter) -> bool:
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

    def _leave(self, waiter: Waiter) -> None:
        """Withdraw a caller that was interrupted: what is not in a transaction yet never will be."""
        with self._quiet:
            with suppress(ValueError):
                self._waiting.remove(waiter)
            if self._leader is waiter:
                self._hand_over()

    def _gather(self) -> list[Waiter]:
        """Those whose drafts make up the next batch, the leader first."""
        batch: list[Waiter] = []
        drafts = 0
        with self._quiet:
            while self._waiting and drafts < MAX_BATCH:
                batch.append(self._waiting.popleft())
                drafts += len(batch[-1].drafts)
        return batch

    def _lead(self, leader: Waiter) -> None:
        batch = self._gather()
        try:
            drafts = [draft for waiter in batch for draft in waiter.drafts]
            begun = time.perf_counter()
            outcomes = self._commit(drafts)
            self.on_commit(sum(map(_is_new, outcomes)), time.perf_counter() - begun)
            start = 0
            for waiter in batch:
                end = start + len(waiter.drafts)
                waiter.outcomes = outcomes[start:end]
                start = end
            self._settle()
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

    def _fail(self, cause: BaseException, batch: list[Waiter]) -> None:
        """Stop for good. Whoever has outcomes is committed and told so; all others get the failure."""
        self._abandon()
        with self._quiet:
            self._cause = cause
            self._leader = None
            self._waiting.extendleft(reversed(batch))
            self._strand()
            self._quiet.notify_all()
        self.on_stop()

    def _strand(self) -> None:
        """Wake all who wait; who has no outcome by now is told the failure. The caller holds `_quiet`."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if waiter.outcomes is None:
                waiter.failure = self._failure()
            waiter.gate.release()

    def _failure(self) -> LedgerFailed:
        failure = LedgerFailed(f"the ledger stopped and takes nothing any more: {self._cause}")
        failure.__cause__ = self._cause
        return failure


def _is_new(outcome: Outcome) -> bool:
    return isinstance(outcome, Appended) and not outcome.replayed
