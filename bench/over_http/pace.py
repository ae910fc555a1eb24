"""Requests at a steady rate, whatever the service does; a wait begins when a request was due.

A generator that waits for answers asks less of a service that is slow, and forgets the waits that it caused.
Here a request that finds every connection busy waits in line, and that counts.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections import deque
from collections.abc import Sequence

from bench.over_http.bodies import Contender

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


def waits(contender: Contender, bodies: Sequence[bytes], rate: float, seconds: float, connections: int) -> list[float]:
    """How long each request waited for its answer, in milliseconds, sorted."""
    return asyncio.run(_run(contender, [_request(contender, body) for body in bodies], rate, seconds, connections))


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The value that such a share of all is not above."""
    return sorted_values[min(int(len(sorted_values) * share), len(sorted_values) - 1)]


def _request(contender: Contender, body: bytes) -> bytes:
    head = (
        f"POST {contender.path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Authorization: {contender.server.credential}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _run(contender: Contender, texts: list[bytes], rate: float, seconds: float, connections: int) -> list[float]:
    loop = asyncio.get_running_loop()
    line = _Line(loop)
    host, port = contender.server.address
    opened = [await loop.create_connection(lambda: _Connection(line), host, port) for _ in range(connections)]
    start = loop.time() + 0.05
    for number, text in enumerate(itertools.islice(itertools.cycle(texts), int(rate * seconds))):
        due = start + number / rate
        if (early := due - loop.time()) > 0:
            await asyncio.sleep(early)
        line.ask(due, text)
        if number % 64 == 0:
            await asyncio.sleep(0)
    await asyncio.wait_for(line.empty(), 60)
    for transport, _ in opened:
        transport.close()
    return sorted(line.waited)


class _Line:
    """Requests that are due and have no connection yet, and the connections that have no request."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.waited: list[float] = []
        self.free: deque[_Connection] = deque()
        self._loop = loop
        self._due: deque[tuple[float, bytes]] = deque()
        self._open = 0

    def ask(self, due: float, text: bytes) -> None:
        """Send at once, or as soon as a connection is free."""
        self._open += 1
        if self.free:
            self.free.popleft().send(due, text)
        else:
            self._due.append((due, text))

    def answered(self, connection: _Connection, due: float) -> None:
        """Note the wait, and give the connection its next request."""
        self.waited.append((self._loop.time() - due) * 1e3)
        self._open -= 1
        if self._due:
            connection.send(*self._due.popleft())
        else:
            self.free.append(connection)

    async def empty(self) -> None:
        """Until everything is answered."""
        while self._open:
            await asyncio.sleep(0.01)


class _Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self, line: _Line) -> None:
        self._line = line
        self._due = 0.0
        self._got = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self._line.free.append(self)

    def send(self, due: float, text: bytes) -> None:
        """Ask."""
        self._due, self._got = due, b""
        if self._transport is not None:
            self._transport.write(text)

    def data_received(self, data: bytes) -> None:
        self._got += data
        head = self._got.find(b"\r\n\r\n")
        length = _LENGTH.search(self._got, 0, head + 2) if head >= 0 else None
        if length is None or len(self._got) < head + 4 + int(length[1]):
            return
        if self._got[9:11] != b"20":
            raise SystemExit(f"an answer is an error: {self._got[:200]!r}")
        self._line.answered(self, self._due)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
