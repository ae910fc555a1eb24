"""Clients that are slow to send a body: cut off, so that they do not hold the threads of all others.

The server reads a body in the thread of its request and waits for it for ever. Only the system can end that wait,
by closing the connection's receiving half. Which connection belongs to a thread is not told, but a client whose
body is awaited has been sent nothing since. Of the connections of its address of which that is true, those are cut
that were sent nothing for longest, as many as bodies are late: requests are taken up in the order they come, so these
are the slow ones, or idle ones that the server would close soon anyway, and not those who wait for a thread.
"""

from __future__ import annotations

import math
import os
import socket
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from service import messages_api
from service.api.body import Environ
from service.api.door import WsgiApp
from service.problems import Refusal

SECONDS: Final = 30.0
"""How long a small body may take."""
BYTES_A_SECOND: Final = 100_000
"""A large one may take so much longer."""
MANY: Final = 256
"""When more bodies than this are awaited, the oldest have to come at once."""
AT_ONCE: Final = 2.0
_SLACK: Final = 0.05
"""Seconds in which something may still be sent that belongs to what was before the wait. More would cut those who
came a little later and are not to blame."""
_LATE: Final = 1.0
"""Seconds after which a wait that should have ended was missed; then so much slack is given."""
_LAST_SENT: Final = struct.Struct("44xI")
"""Milliseconds since data was last sent, in Linux's `tcp_info`."""


class End(NamedTuple):
    """Connections to cut: so many of this address, to this port, with nothing sent for so many seconds or more."""

    address: str
    port: int
    seconds: float
    most: int


@dataclass(eq=False, slots=True)
class _Wait:
    """A body that is being read."""

    address: str
    port: int
    since: float
    allowed: float
    cut: bool = field(default=False)


class Patience:
    """A WSGI application before another: watches over the reading of bodies."""

    def __init__(self, behind: WsgiApp, clock: Callable[[], float] = time.monotonic) -> None:
        self._behind = behind
        self._clock = clock
        self._waits: dict[_Wait, None] = {}

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            environ["wsgi.input"] = _Watched(environ["wsgi.input"], self, environ)
        return self._behind(environ, start_response)

    def start(self) -> None:
        """Look at the waits twice a second, as long as the process lives."""
        threading.Thread(target=self._watch, daemon=True, name="patience").start()

    def read(self, stream: Any, size: int, environ: Environ, since: float) -> bytes:
        """Read from a body. Raises `Refusal` (408) where that took too long."""
        length = environ.get("CONTENT_LENGTH") or ""
        more = int(length) / BYTES_A_SECOND if length.isdigit() and len(length) < 12 else SECONDS
        wait = _Wait(environ["REMOTE_ADDR"], int(environ["SERVER_PORT"]), since, SECONDS + more)
        self._waits[wait] = None
        try:
            piece: bytes = stream.read(size)
        except Exception:
            if not wait.cut:
                raise
            piece = b""
        finally:
            del self._waits[wait]
        if wait.cut:
            raise Refusal(messages_api.TOO_SLOW)
        return piece

    def now(self) -> float:
        """Seconds, from anywhere."""
        return self._clock()

    def overdue(self) -> list[End]:
        """The connections that have to be cut now; whoever reads from them is told why."""
        now, waits = self._clock(), list(self._waits)  # a copy, for others come and go
        waits.sort(key=lambda wait: wait.since)
        too_many = len(waits) - MANY
        ends: dict[tuple[str, int], float] = {}
        counts: Counter[tuple[str, int]] = Counter()
        for place, wait in enumerate(waits):
            late = now - wait.since - (AT_ONCE if place < too_many else wait.allowed)
            if late > 0:
                ends[wait.address, wait.port] = now - wait.since - (_SLACK if late < _LATE else _LATE)
                counts[wait.address, wait.port] += 1
        for wait in waits:
            wait.cut = now - wait.since >= ends.get((wait.address, wait.port), math.inf)
        return [End(*who, seconds, counts[who]) for who, seconds in ends.items()]

    def _watch(self) -> None:
        while True:
            time.sleep(0.5)
            for end in self.overdue():
                cut_off(end)


class _Watched:
    """The body of one request; its time runs from the first read."""

    __slots__ = ("_environ", "_patience", "_since", "_stream")

    def __init__(self, stream: Any, patience: Patience, environ: Environ) -> None:
        self._stream = stream
        self._patience = patience
        self._environ = environ
        self._since: float | None = None

    def read(self, size: int = -1) -> bytes:
        if self._since is None:
            self._since = self._patience.now()
        return self._patience.read(self._stream, size, self._environ, self._since)


def cut_off(end: End) -> int:
    """Close the receiving half of those connections of this process. Returns how many; none but on Linux."""
    if sys.platform != "linux":
        return 0
    with ExitStack() as stack:
        plugs = [(_quiet(plug, end), plug) for plug in map(stack.enter_context, _sockets())]
        plugs = [(quiet, plug) for quiet, plug in plugs if quiet >= end.seconds]
        plugs.sort(key=lambda each: each[0], reverse=True)
        return sum(_cut(plug) for _, plug in plugs[: end.most])


def _quiet(plug: socket.socket, end: End) -> float:
    """For how many seconds this connection was sent nothing; less than none if it is not one of those."""
    try:
        if plug.getpeername()[0] != end.address or plug.getsockname()[1] != end.port:
            return -1
        (quiet,) = _LAST_SENT.unpack_from(plug.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 128))
    except OSError:  # not connected, or gone meanwhile
        return -1
    return float(quiet / 1000)


def _cut(plug: socket.socket) -> bool:
    try:
        plug.shutdown(socket.SHUT_RD)
    except OSError:
        return False
    return True


def _sockets() -> Iterator[socket.socket]:
    """The sockets of this process that speak IP, each as a copy that may be closed."""
    for name in os.listdir("/proc/self/fd"):
        try:
            if not os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                continue
            copy = os.dup(int(name))
        except OSError:
            continue
        plug = socket.socket(fileno=copy)
        if plug.family in (socket.AF_INET, socket.AF_INET6):
            yield plug
        else:
            plug.close()
