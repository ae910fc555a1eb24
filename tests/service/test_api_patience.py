"""Bodies that are slow to come: when they are cut, and that the right connections are."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from service.api.patience import AT_ONCE, MANY, SECONDS, End, Patience, cut_off
from service.problems import Refusal


class Body:
    """A stream that gives nothing before it is told to."""

    def __init__(self) -> None:
        self.reading, self.given = threading.Event(), threading.Event()
        self.error: Exception | None = None

    def read(self, _: int) -> bytes:
        self.reading.set()
        assert self.given.wait(20)
        if self.error is not None:
            raise self.error
        return b"{"


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Time:
    return Time()


class Reader(threading.Thread):
    """One request whose body is being read."""

    def __init__(self, patience: Callable[..., Any], length: str = "100", address: str = "10.0.0.1") -> None:
        super().__init__(daemon=True)
        self.body, self.refused, self.got = Body(), "", b""
        self.environ = {"REQUEST_METHOD": "POST", "REMOTE_ADDR": address, "SERVER_PORT": "80",
                        "CONTENT_LENGTH": length, "wsgi.input": self.body}  # fmt: skip
        self.patience = patience
        self.start()
        assert self.body.reading.wait(20)

    def run(self) -> None:
        try:
            self.patience(self.environ, None)
        except Refusal as refusal:
            self.refused = refusal.kind.slug
        except OSError:
            self.refused = "an error of the stream"
        else:
            self.got = self.environ["got"]  # type: ignore[assignment]

    def end(self, error: Exception | None = None) -> Reader:
        self.body.error = error
        self.body.given.set()
        self.join(20)
        return self


def behind(environ: dict[str, Any], _: Any) -> list[bytes]:
    environ["got"] = environ["wsgi.input"].read(100)
    return []


@pytest.fixture
def patience(clock: Time) -> Patience:
    return Patience(behind, clock)


def test_a_body_in_time(patience: Patience, clock: Time) -> None:
    reader = Reader(patience)
    clock.now += SECONDS
    assert patience.overdue() == []
    assert reader.end().got == b"{"
    clock.now += 1000
    assert patience.overdue() == []


@pytest.mark.parametrize("error", [None, OSError("cut")])
def test_a_body_that_does_not_come(patience: Patience, clock: Time, error: Exception | None) -> None:
    reader = Reader(patience)
    clock.now += SECONDS + 5
    assert patience.overdue() == [End("10.0.0.1", 80, SECONDS + 4, 1)]
    assert reader.end(error).refused == "body-too-slow"


def test_who_came_a_little_later_is_not_cut_with_it(patience: Patience, clock: Time) -> None:
    slow = Reader(patience)
    clock.now += SECONDS + 0.5
    (end,) = patience.overdue()
    assert SECONDS + 0.4 < end.seconds < SECONDS + 0.5  # a connection made 0.1 seconds after the wait began is spared
    assert slow.end().refused == "body-too-slow"


def test_a_large_body_may_take_longer(patience: Patience, clock: Time) -> None:
    readers = [Reader(patience, length, length) for length in ("1000000", "nonsense", "1000")]
    clock.now += SECONDS + 5
    assert [len(patience.overdue()), *(reader.end().refused for reader in readers)] == [1, "", "", "body-too-slow"]


def test_an_error_of_the_stream_is_passed_on(patience: Patience) -> None:
    assert Reader(patience).end(OSError("gone")).refused == "an error of the stream"


def test_everybody_of_the_address_that_waits_as_long_is_told(patience: Patience, clock: Time) -> None:
    large, other = Reader(patience, "9000000"), Reader(patience, "9000000", "10.0.0.2")
    small = Reader(patience)
    clock.now += SECONDS + 5
    patience.overdue()
    assert [reader.end().refused for reader in (large, small, other)] == ["body-too-slow", "body-too-slow", ""]


def test_among_too_many_the_oldest_have_to_come_at_once(patience: Patience, clock: Time) -> None:
    old = [Reader(patience, address="10.0.0.9") for _ in range(3)]
    clock.now += AT_ONCE + 1
    new = [Reader(patience) for _ in range(MANY - 2)]
    assert patience.overdue() == [End("10.0.0.9", 80, AT_ONCE, 1)]
    assert [reader.end().refused for reader in old] == ["body-too-slow"] * 3
    assert {reader.end().refused for reader in new} == {""}


@pytest.fixture
def pairs() -> Iterator[Callable[[], tuple[socket.socket, socket.socket]]]:
    """Connections: the client's end and ours."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

        def connect() -> tuple[socket.socket, socket.socket]:
            theirs = stack.enter_context(socket.create_connection(listening.getsockname(), timeout=5))
            ours, _ = listening.accept()
            stack.enter_context(ours).settimeout(0.2)
            return theirs, ours

        yield connect


def is_cut(plug: socket.socket) -> bool:
    try:
        return plug.recv(1) == b""
    except TimeoutError:
        return False


def test_only_connections_that_were_sent_nothing_are_cut(pairs: Callable[[], Any]) -> None:
    (_, slow), (theirs, answered) = pairs(), pairs()
    port = slow.getsockname()[1]
    time.sleep(0.5)
    answered.sendall(b"x")
    assert theirs.recv(1) == b"x"
    assert cut_off(End("127.0.0.2", port, 0.3, 9)) == cut_off(End("127.0.0.1", port + 1, 0.3, 9)) == 0
    assert cut_off(End("127.0.0.1", port, 0.3, 9)) == 1
    assert (is_cut(slow), is_cut(answered)) == (True, False)


def test_no_more_are_cut_than_are_late(pairs: Callable[[], Any]) -> None:
    """Who waits for a thread was sent nothing either, but came after those who hold the threads."""
    ours = [pairs()[1] for _ in range(3)]
    time.sleep(0.1)
    waiting = pairs()[1]
    time.sleep(0.3)
    assert cut_off(End("127.0.0.1", waiting.getsockname()[1], 0.2, 3)) == 3
    assert [is_cut(one) for one in (*ours, waiting)] == [True, True, True, False]
