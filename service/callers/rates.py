"""How often a caller may ask: windows that begin with the first request in them.

Each process counts for itself. Rates are written and read as the `limits` library has them; counting is done
here, for its memory starts a thread every hundredth of a second, has a clock of its own, and costs as much as
all else that the gate does.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from typing import Final, NamedTuple

from limits import RateLimitItem, parse

from service.clock import Clock

_MOST: Final = 10_000
"""Windows at which those that have ended are thrown away."""
_SECOND: Final = dt.timedelta(seconds=1)


class RateError(ValueError):
    """A text is not a rate; it says how one is written."""


class Exceeded(NamedTuple):
    """A rate that is used up: its text, the requests in a window, the seconds until the next one."""

    rate: str
    limit: int
    wait: int


def read(text: str) -> RateLimitItem:
    """A rate such as `100/minute` or `5 per 2 seconds`. Raises `RateError`."""
    try:
        item = parse(text)
    except ValueError:
        item = None
    if item is None or item.amount < 1 or item.multiples < 1:
        raise RateError(f"`{text[:40]}` is not a rate; write it as in `100/minute` or `20/second`")
    return item


@dataclass(slots=True)
class _Window:
    """What one caller has asked since it began."""

    rate: RateLimitItem
    begins: dt.datetime
    ends: dt.datetime
    count: int = 0


class Rates:
    """Counts what is spent of rates. Safe for any number of threads."""

    def __init__(self, standard: str, clock: Clock) -> None:
        """`standard` counts where no other rate is given. Raises `RateError`."""
        self._standard = read(standard)
        self._clock = clock
        self._mutex = threading.Lock()
        self._windows: dict[str, _Window] = {}
        self._most = _MOST

    def spend(self, who: str, rate: str | None = None) -> Exceeded | None:
        """Count one request; what to say to it if that was one too many."""
        now = self._clock.now()
        with self._mutex:
            window = self._windows.get(who)
            if window is None or not window.begins <= now < window.ends:
                window = self._open(who, rate, now)
            window.count += 1
            if window.count <= window.rate.amount:
                return None
        return Exceeded(str(window.rate), window.rate.amount, -((now - window.ends) // _SECOND))

    def _open(self, who: str, rate: str | None, now: dt.datetime) -> _Window:
        if len(self._windows) >= self._most:
            self._windows = {name: one for name, one in self._windows.items() if now < one.ends}
            self._most = max(_MOST, 2 * len(self._windows))
        item = self._standard if rate is None else read(rate)
        window = self._windows[who] = _Window(item, now, now + dt.timedelta(seconds=item.get_expiry()))
        return window
