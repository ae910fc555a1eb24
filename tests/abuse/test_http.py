"""HTTP as it should not be: what can be read in two ways is refused, and nothing is smuggled past."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from tests.system.conftest import Server
from tests.system.test_serve import HEAD, ORDER

Serve = Callable[..., Server]

BODY = json.dumps(ORDER).encode()
DECIDE = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
NOTHING = b"0\r\n\r\n"

TWO_READINGS = {
    "length and chunked": HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + NOTHING + DECIDE,
    "chunked and length": CHUNKED + b"Content-Length: %d\r\n\r\n" % (5 + len(DECIDE)) + NOTHING + DECIDE,
    "two lengths": HEAD + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(DECIDE) + DECIDE,
    "a list of lengths": HEAD + b"Content-Length: 0, %d\r\n\r\n" % len(DECIDE) + DECIDE,
    "a signed length": HEAD + b"Content-Length: +0\r\n\r\n" + DECIDE,
    "a hexadecimal length": HEAD + b"Content-Length: 0x0\r\n\r\n" + DECIDE,
    "an empty length": HEAD + b"Content-Length:\r\n\r\n" + DECIDE,
    "a space before the colon": HEAD + b"Transfer-Encoding : chunked\r\n\r\n" + NOTHING + DECIDE,
    "almost chunked": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + NOTHING + DECIDE,
    "chunked but not last": HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n" + NOTHING + DECIDE,
    "chunked, then not": CHUNKED + b"Transfer-Encoding: identity\r\n\r\n" + NOTHING + DECIDE,
    "chunked behind a control character": HEAD + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + NOTHING + DECIDE,
    "chunked on a folded line": HEAD + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + NOTHING + DECIDE,
    "chunked in HTTP/1.0": CHUNKED.replace(b"1.1", b"1.0") + b"\r\n" + NOTHING + DECIDE,
    "a negative chunk": CHUNKED + b"\r\n-1\r\n{}\r\n" + NOTHING + DECIDE,
    "a signed chunk": CHUNKED + b"\r\n+2\r\n{}\r\n" + NOTHING + DECIDE,
    "a chunk with 0x": CHUNKED + b"\r\n0x2\r\n{}\r\n" + NOTHING + DECIDE,
    "a chunk beyond 64 bits": CHUNKED + b"\r\n10000000000000002\r\n{}\r\n" + NOTHING + DECIDE,
    "a chunk that is too short": CHUNKED + b"\r\n1\r\n{}\r\n" + NOTHING + DECIDE,
    "chunks without carriage return": CHUNKED + b"\r\n2\n{}\n0\n\n" + DECIDE,
    "an endless extension of a chunk": CHUNKED + b"\r\n2;" + b"a" * 100_000 + b"\r\n{}\r\n" + NOTHING + DECIDE,
    "a NUL in a name": GET + b"X\x00: y\r\n\r\n" + DECIDE,
    "a NUL in a value": GET + b"X: y\x00z\r\n\r\n" + DECIDE,
    "a carriage return in a value": GET + b"X: y\rz\r\n\r\n" + DECIDE,
    "a space in a name": GET + b"X y: z\r\n\r\n" + DECIDE,
    "a line without colon": GET + b"Xy\r\n\r\n" + DECIDE,
    "HTTP/0.9": b"GET /healthz\r\n\r\n" + DECIDE,
    "HTTP/0.9 by name": b"GET /healthz HTTP/0.9\r\n\r\n" + DECIDE,
    "HTTP/3": b"GET /healthz HTTP/3.0\r\n\r\n" + DECIDE,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + DECIDE,
    "a method that is no token": b"M\xc3\xa9 /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + DECIDE,
}
"""Each carries a decision that must not be made, and is answered by one 400 and a closed connection."""


def answers(server: Server, sent: bytes, wait: float = 5) -> tuple[list[int], bool]:
    """The status of every answer to these bytes, up to the end or a silence; whether it was the end."""
    got = b""
    with socket.create_connection((server.host, server.port), timeout=wait) as plug:
        try:
            with suppress(BrokenPipeError, ConnectionResetError):
                plug.sendall(sent)
            while piece := plug.recv(65536):
                got += piece
            ended = True
        except TimeoutError:
            ended = False
        except ConnectionResetError:
            ended = True
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] ([0-9]{3}) ", got)], ended


def size(server: Server) -> int:
    return int(json.loads(server.ask("GET", "/readyz")[1])["ledger"]["size"])


def test_what_can_be_read_in_two_ways_is_refused(serve: Serve) -> None:
    server = serve()
    for name, sent in TWO_READINGS.items():
        assert (name, *answers(server, sent)) == (name, [400], True)
    assert size(server) == 1
    assert server.stop() == 0
    assert "Traceback" not in server.process.communicate()[1]


def test_http_2_without_asking_is_cut(serve: Serve) -> None:
    server = serve()
    assert answers(server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + DECIDE) == ([], True)
    assert size(server) == 1


CLOSE = b"Connection: close\r\n"
LARGE = {
    "99 headers": (GET + CLOSE + b"".join(b"X%d: y\r\n" % n for n in range(97)) + b"\r\n", [200]),
    "200 headers": (GET + b"X: y\r\n" * 200 + b"\r\n", [431]),
    "100,000 headers": (GET + b"X: y\r\n" * 100_000 + b"\r\n", [431]),
    "a header of 1 MB": (GET + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n", [431]),
    "a header that never ends": (GET + b"X: " + b"y" * 5_000_000, [431]),
    "a URL of 60 kB": (b"GET /" + b"y" * 60_000 + b" HTTP/1.1\r\nHost: x\r\n" + CLOSE + b"\r\n", [404]),
    "a query of 60 kB": (b"GET /v1/decisions?" + b"y" * 60_000 + b" HTTP/1.1\r\nHost: x\r\n" + CLOSE + b"\r\n", [422]),
    "a URL of 1 MB": (b"GET /" + b"y" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", [431]),
    "a method of 1 MB": (b"y" * 1_000_000 + b" / HTTP/1.1\r\nHost: x\r\n\r\n", [431]),
    "100,000 trailers": (CHUNKED + b"\r\n2\r\n{}\r\n0\r\n" + b"X: y\r\n" * 100_000 + b"\r\n", [422]),
}


@pytest.mark.parametrize("name", LARGE)
def test_heads_that_are_too_large(served: Server, name: str) -> None:
    """A client that is still sending may meet the closed connection before it sees why."""
    sent, expected = LARGE[name]
    statuses, ended = answers(served, sent)
    assert statuses in (expected, [] if len(sent) > 400_000 else expected)
    assert ended


PIPELINES = {
    "decisions": (DECIDE * 3, [201, 201, 201], 3),
    "a bad one in the middle": (GET + b"\r\n" + b"\x00\x01\r\n\r\n" + DECIDE, [200, 400], 0),
    "the body of a GET is not a request": (GET + b"Content-Length: %d\r\n\r\n" % len(DECIDE) + DECIDE, [200], 0),
    "nor is one that was refused unread": (
        b"POST /v1/decisions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(DECIDE) + DECIDE, [415], 0,
    ),
    "nor one that was too large": (HEAD + b"Content-Length: 2000000\r\n\r\n" + DECIDE, [413], 0),
    "nor one for nobody": (
        b"POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(DECIDE) + DECIDE, [404], 0,
    ),
    "another method by header": (
        b"GET /v1/decisions HTTP/1.1\r\nHost: x\r\nX-HTTP-Method-Override: POST\r\n\r\n", [200], 0,
    ),
    "another protocol": (GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n", [200], 0),
    "the whole address": (b"GET http://elsewhere.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n", [200], 0),
}  # fmt: skip


@pytest.mark.parametrize("name", PIPELINES)
def test_requests_end_where_they_say(served: Server, name: str) -> None:
    sent, expected, decided = PIPELINES[name]
    before = size(served)
    assert answers(served, sent, wait=0.7)[0] == expected
    assert size(served) == before + decided


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One service for all that does not stop it."""
    server = Server(tmp_path_factory.mktemp("served"))
    yield server
    server.close()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "BREW"])
@pytest.mark.parametrize("path", ["/v1/decisions", "/healthz", "/openapi.json", "/v1/log/checkpoint"])
def test_methods_that_are_not_allowed(served: Server, method: str, path: str) -> None:
    answer = served.raw(f"{method} {path} HTTP/1.1\r\nHost: x\r\nX-Secret: s3cret\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert b"s3cret" not in answer
    assert b"\r\nallow: " in answer.lower()
