"""The published JSON parsing cases (nst/JSONTestSuite), each as the body of a decision over a real connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import cycle
from pathlib import Path

import pytest

from service import json_reader
from service.problems import Refusal
from tests.proofs.vectors import need
from tests.service.test_json_reader import AMBIGUOUS
from tests.system.conftest import JSON, Server

Framing = Callable[[bytes], bytes | Iterable[bytes]]


def whole(body: bytes) -> bytes:
    return body


def in_pieces(body: bytes) -> Iterator[bytes]:
    """Chunks of odd sizes, which cut characters and numbers anywhere."""
    sizes, place = cycle((1, 2, 3, 5, 4001)), 0
    while place < len(body):
        size = next(sizes)
        yield body[place : place + size]
        place += size


def cases() -> list[Path]:
    return sorted(need("json-parsing-nst/test_parsing").glob("*.json"))


def is_read(body: bytes) -> bool:
    try:
        json_reader.read(body)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("framed", [whole, in_pieces], ids=["whole", "in-pieces"])
def test_every_case(serve: Callable[..., Server], framed: Framing) -> None:
    """What is JSON is refused for what it says (422), anything else as not JSON (400); all on one connection."""
    assert len(cases()) == 318
    server = serve()
    connection = server.connect()
    for path in cases():
        body, kind = path.read_bytes(), path.name[0]
        headers = JSON if framed is whole else {**JSON, "Transfer-Encoding": "chunked"}
        connection.request("POST", "/v1/decisions", framed(body), headers, encode_chunked=framed is not whole)
        answer = connection.getresponse()
        told = answer.read()
        expected = {"y": path.name not in AMBIGUOUS, "n": False, "i": is_read(body)}[kind]
        assert (path.name, answer.status) == (path.name, 422 if expected else 400)
        assert answer.getheader("Content-Type") == "application/problem+json"
        assert b"Traceback" not in told
    connection.close()
    assert server.stop() == 0
