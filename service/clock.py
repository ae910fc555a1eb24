"""The only source of time and chance: a clock, and ids (UUIDv7, RFC 9562) made from it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from typing import Final, Protocol

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_48_BITS: Final = (1 << 48) - 1
_VARIANT: Final = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The first digit of the random part, its two upper bits set to 10."""


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
        since = moment - _EPOCH
        milliseconds, microseconds = divmod(since.microseconds, 1000)
        milliseconds += (since.days * 86_400 + since.seconds) * 1000
        digits = f"{milliseconds & _48_BITS:012x}"
        fraction = microseconds * 4096 // 1000
        chance = self._randomness(8).hex()
        return f"{digits[:8]}-{digits[8:]}-7{fraction:03x}-{_VARIANT[chance[0]]}{chance[1:4]}-{chance[4:]}"
