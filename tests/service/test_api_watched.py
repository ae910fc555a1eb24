"""Every answer carries the id of its request: the caller's, its trace's, or a new one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api import create_app
from service.api.gate import Signposts
from service.api.watched import Watched
from service.decide import DecisionService
from service.watch import Watch

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Request-Id": "order-2026.11_23"}, "order-2026.11_23"),
        ({"traceparent": TRACE}, "4bf92f3577b34da6a3ce929d0e0e4736"),
        ({"X-Request-Id": "order-2026.11_23", "traceparent": TRACE}, "order-2026.11_23"),
    ],
)
def test_the_callers_own(client: FlaskClient, headers: dict[str, str], expected: str) -> None:
    assert client.get("/healthz", headers=headers).headers["X-Request-Id"] == expected


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space", "a;b=cdefgh", "", "-leading-dash", "名字名字名字"])
def test_what_is_no_id_is_replaced(client: FlaskClient, given: str) -> None:
    found = client.get("/healthz", headers={"X-Request-Id": given.encode().decode("latin-1")}).headers["X-Request-Id"]
    assert found != given
    assert len(found) == 24


@pytest.mark.parametrize("given", ["00-short", TRACE.upper(), TRACE.replace("-", "_"), "x" + TRACE])
def test_what_is_no_trace_is_passed_over(client: FlaskClient, given: str) -> None:
    assert len(client.get("/healthz", headers={"traceparent": given}).headers["X-Request-Id"]) == 24


def test_new_ones_differ_on_every_kind_of_answer(client: FlaskClient, order: dict[str, Any]) -> None:
    answers = [
        client.get("/healthz"),
        client.get("/nothing"),
        client.post("/v1/decisions", json=order),
        client.post("/v1/decisions", json={}),
        client.post("/v1/decisions/batch", json={"items": [order]}),
    ]
    assert len({answer.headers["X-Request-Id"] for answer in answers}) == 5


def test_a_body_in_pieces_is_noted_once_when_it_ends(service: DecisionService) -> None:
    closed: list[bool] = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"a", b"b"])

        def close(self) -> None:
            closed.append(True)

    def application(environ: Any, start: Any) -> Body:
        start("200 OK", [])
        return Body()

    watch = Watch(lambda: 0.0, lambda: 0.0)
    signposts = Signposts(create_app(service))
    answer = Watched(watch, signposts, application)({"REQUEST_METHOD": "GET", "PATH_INFO": "/healthz"}, lambda *_: None)
    assert len(watch._notes) == 0
    assert list(answer) == [b"a", b"b"]
    answer.close()  # type: ignore[attr-defined]
    assert (len(watch._notes), closed) == (1, [True])
