"""What happens to decisions, told to whoever counts it: nobody, unless one is handed in."""

from __future__ import annotations

from typing import Protocol

from service.record import Decision


class Meter(Protocol):
    """Counts decisions. Nothing here raises, waits or takes longer than a microsecond or two."""

    def now(self) -> float:
        """Seconds on a clock that only goes forward; 0 where nobody counts."""
        ...

    def recorded(self, decision: Decision, index: int, deciding: float, recording: float) -> None:
        """A decision became the entry at `index`; how many seconds each took."""
        ...

    def repeated(self) -> None:
        """A request came again under its idempotency key and was answered from its entry."""
        ...

    def unanswered(self, count: int = 1) -> None:
        """Decisions were made, the ledger refused them, and their callers were told so instead."""
        ...


class Silent:
    """Nobody counts."""

    def now(self) -> float:
        return 0.0

    def recorded(self, decision: Decision, index: int, deciding: float, recording: float) -> None:
        pass

    def repeated(self) -> None:
        pass

    def unanswered(self, count: int = 1) -> None:
        pass
