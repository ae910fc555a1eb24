"""Clients that send little, late, or nothing: all others are served, and they are cut off."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from tests.system.conftest import Server
from tests.system.test_serve import HEAD, ORDER, URL

Serve = Callable[..., Server]
Plug = Callable[[Server, bytes], socket.socket]


@pytest.fixture
def plug() -> Iterator[Plug]:
    with ExitStack() as stack:

        def connect(server: Server, sent: bytes) -> socket.socket:
            one = stack.enter_context(socket.create_connection((server.host, server.port), timeout=20))
            one.sendall(sent)
            return one

        yield connect


def drip(plugs: list[socket.socket], done: threading.Event) -> None:
    """A byte now and then, as slow clients do who want to stay."""
    while not done.wait(0.3):
        for one in plugs:
            try:
                one.sendall(b" ")
            except OSError:
                continue


def test_bodies_that_drip_take_no_thread_from_others(serve: Serve, plug: Plug) -> None:
    """More of them than the service has threads: the oldest are cut, and told why."""
    server, done = serve(), threading.Event()
    plugs = [plug(server, HEAD + b"Content-Length: 100000\r\n\r\n{") for _ in range(600)]
    dripping = threading.Thread(target=drip, args=(plugs, done))
    dripping.start()
    try:
        assert server.ask("POST", URL, ORDER)[0] == 201
        assert plugs[0].recv(65536).startswith(b"HTTP/1.1 408 ")
    finally:
        done.set()
        dripping.join()
    assert server.ask("POST", URL, ORDER)[0] == 201


def test_heads_that_do_not_come_stall_nobody(running: Server, plug: Plug) -> None:
    for number in range(300):
        plug(running, b"" if number % 2 else b"POST /v1/decisions HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    assert running.ask("POST", URL, ORDER)[0] == 201


def test_a_thousand_connections_decide_at_once(serve: Serve) -> None:
    """All open together, none closed before the last is answered; every answer is an entry of its own."""
    server = serve()
    body = json.dumps(ORDER).encode()
    request = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with ExitStack() as stack:
        plugs = [
            stack.enter_context(socket.create_connection((server.host, server.port), timeout=60)) for _ in range(1000)
        ]
        for one in plugs:
            one.sendall(request)
        indexes = {answered(one)["receipt"]["index"] for one in plugs}
    assert indexes == set(range(1, 1001))


def answered(plug: socket.socket) -> Any:
    """The document of a 201."""
    with closing(plug.makefile("rb")) as file:
        status = file.readline()
        assert status == b"HTTP/1.1 201 Created\r\n", status
        length = 0
        while (line := file.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return json.loads(file.read(length))


def test_clients_that_do_not_read_stall_nobody(running: Server, plug: Plug) -> None:
    """Long answers asked for many times, and not one byte of them taken."""
    for _ in range(50):
        plug(running, b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
    assert running.ask("POST", URL, ORDER)[0] == 201


def test_connections_that_are_cut_leave_nothing_open(running: Server, plug: Plug) -> None:
    workers = running.workers()

    def open_files() -> int:
        return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in workers)

    before = open_files()
    for _ in range(3):
        plugs = [plug(running, HEAD + b"Content-Length: 100\r\n\r\n{") for _ in range(100)]
        for one in plugs:
            one.close()
        assert running.ask("POST", URL, ORDER)[0] == 201
    for _ in range(100):
        if open_files() <= before + 5:
            return
        threading.Event().wait(0.05)
    raise AssertionError(f"{before} open files before, {open_files()} after")
