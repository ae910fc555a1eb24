"""The only source of time and chance: a clock, and ids (UUIDv7, RFC 9562) made from it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from typing import Final, Protocol

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> dt.datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


Randomness = Callable[[int], bytes]
"""As many random bytes as asked for."""


class Ids:
    """Makes decision ids: unique, and in the order of time as far as the clock tells it."""

    def __init__(self, randomness: Randomness = os.urandom) -> None:
        self._randomness = randomness

    def at(self, moment: dt.datetime) -> str:
        """A UUIDv7: the millisecond, the fraction of it (RFC 9562, 6.2, method 3), 62 random bits."""
        milliseconds, microseconds = divmod((moment - _EPOCH) // _MICROSECOND, 1000)
        fraction = microseconds * 4096 // 1000
        chance = int.from_bytes(self._randomness(8), "big") & (1 << 62) - 1
        value = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76 | fraction << 64 | 2 << 62 | chance
        digits = f"{value:032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
