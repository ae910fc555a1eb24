"""Watches over one process: takes notes while it works, counts and logs them a little later, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Protocol

from service.watch.counting import Countable, count
from service.watch.lines import Lines, lines_of
from service.watch.notes import Answered, Committed, Made
from service.watch.shared import Shared
from service.watch.tallies import Tallies

if TYPE_CHECKING:
    from service.record import Decision

CADENCE: Final = 0.25
"""Seconds after which notes are counted and logged, at most."""
TELL: Final = 4
"""So many rounds until the other processes are told."""
MOST: Final = 20_000
"""Notes after which whoever takes one counts them, if nobody else does."""

Clock = Callable[[], float]

_log = logging.getLogger(__name__)


class Spans(Protocol):
    """Makes traces of requests."""

    def send(self, notes: Iterable[Answered]) -> None:
        """Requests that were answered."""
        ...

    def close(self) -> None:
        """Send what is left."""
        ...


class Current(threading.local):
    """What this thread is at: a request, and what came of it so far."""

    def __init__(self) -> None:
        self.begin("")

    def begin(self, request_id: str, begun: float = 0.0) -> None:
        """Another request."""
        self.request_id = request_id
        self.begun = begun
        self.made: list[Made] = []
        self.repeated = self.unanswered = self.not_recorded = 0


class Watch:
    """Takes notes from any number of threads; a `Meter` of decisions besides."""

    def __init__(
        self, monotonic: Clock, wall: Clock, shared: Shared | None = None, lines: Lines | None = None
    ) -> None:
        """`monotonic` measures, `wall` tells seconds since 1970. Without `lines`, nothing is logged of requests."""
        self.now = monotonic
        self.wall = wall
        self.current = Current()
        self.countable: Countable = frozenset
        self.gauges: Callable[[Tallies], None] = lambda tallies: None
        """Sets the gauges that every process tells."""
        self.spans: Spans | None = None
        """Sends traces, where somebody wants them."""
        self._shared = shared or Shared(None, "worker")
        self._lines = lines
        self._notes: deque[Answered | Committed] = deque()
        self._tallies = Tallies()
        self._mutex = threading.Lock()
        self._ended = threading.Event()

    def recorded(self, decision: Decision, index: int, deciding: float, recording: float) -> None:
        """As `Meter` says."""
        content = decision.content
        disputed = tuple(one["ruleset"] for one in content.get("disagreements", ()))
        current = self.current
        current.made.append(
            Made(
                decision.decision_id, index, content["status"], tuple(content["asked"]), decision.facets, disputed,
                deciding, recording, self.now() - current.begun,
            )
        )  # fmt: skip
        if index < 0:
            current.not_recorded += 1

    def repeated(self) -> None:
        """As `Meter` says."""
        self.current.repeated += 1

    def unanswered(self, count: int = 1) -> None:
        """As `Meter` says."""
        self.current.unanswered += count

    def committed(self, entries: int, seconds: float) -> None:
        """A transaction of the ledger is on the disk."""
        self._take(Committed(entries, seconds))

    def answered(self, note: Answered) -> None:
        """A request is answered."""
        self._take(note)

    def start(self) -> None:
        """Count and log from now on, in the background."""
        threading.Thread(target=self._go_on, name="watch", daemon=True).start()

    def close(self) -> None:
        """Count and log what is left, and tell it to the others."""
        self._ended.set()
        self.tell()
        if self.spans is not None:
            self.spans.close()

    def drain(self) -> None:
        """Count and log what was noted since."""
        with self._mutex:
            notes = [self._notes.popleft() for _ in range(len(self._notes))]
            if notes:
                count(notes, self._tallies, self.countable())
        answered = [note for note in notes if isinstance(note, Answered)]
        if self._lines is not None:
            self._lines.write(line for note in answered for line in lines_of(note))
        if self.spans is not None:
            self.spans.send(answered)

    def tell(self) -> None:
        """Leave the numbers where the other processes find them."""
        self.drain()
        with self._mutex:
            self.gauges(self._tallies)
            self._shared.tell(self._tallies)

    def whole(self) -> Tallies:
        """The numbers of all processes, this one's as of now."""
        self.drain()
        with self._mutex:
            self.gauges(self._tallies)
            return self._shared.all(self._tallies, self.wall())

    def _take(self, note: Answered | Committed) -> None:
        self._notes.append(note)
        if len(self._notes) >= MOST:
            self.drain()

    def _go_on(self) -> None:
        rounds = 0
        while not self._ended.wait(CADENCE):
            rounds += 1
            try:
                if rounds % TELL:
                    self.drain()
                else:
                    self.tell()
            except Exception:
                _log.exception("what happened cannot be counted or logged")
