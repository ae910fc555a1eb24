"""When to ask again, and how long to wait before."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

AGAIN: Final = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may succeed."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Waits are drawn between nothing and a bound that doubles (full jitter); all times in seconds.

    The clock, the calendar and the chance are the machine's; tests hand in their own.
    """

    attempts: int = 6
    """How often one call asks, the first time included."""
    first: float = 0.1
    """Bound of the first wait."""
    longest: float = 5.0
    """Bound of every wait that the service did not ask for."""
    deadline: float = 30.0
    """How long one call may take: nothing is sent, and no wait begins, that would go beyond it."""
    clock: Callable[[], float] = time.monotonic
    today: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    chance: Callable[[], float] = random.random

    def wait(self, attempt: int, retry_after: str | None) -> float:
        """How long to wait after the attempt of that number, from 1; never less than `Retry-After` asks."""
        bound = min(self.longest, self.first * float(1 << min(attempt - 1, 60)))
        return max(self.chance() * bound, self._asked(retry_after))

    def _asked(self, text: str | None) -> float:
        """The seconds in a header `Retry-After`, which holds a number of them or a date; 0 for anything else."""
        if text is None:
            return 0.0
        if text.isascii() and text.isdigit():
            return float(text[:9])
        try:
            return max(0.0, (parsedate_to_datetime(text) - self.today()).total_seconds())
        except (TypeError, ValueError):
            return 0.0
