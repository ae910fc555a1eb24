"""What is asked again, when, and that it is decided once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import httpx
import pytest
from policy_decisions_client import Client, ProblemError, Retry, UnexpectedAnswer, Unreachable
from policy_decisions_client.link import Ask, Link, Wait

from service.ledger import Log
from tests.client.conftest import AT_ONCE, FACTS, URL, Between, answers

EMPTY = {"items": [], "next": None}


def lost(number: int, answer: httpx.Response) -> httpx.Response:
    """The first two answers get lost after the service has given them."""
    if number <= 2:
        raise httpx.ReadError("connection reset")
    return answer


def test_a_lost_answer_is_asked_for_again_and_decided_once(served: httpx.WSGITransport, log: Log) -> None:
    between = Between(served, lost)
    with Client(URL, transport=between, retry=AT_ONCE) as client:
        decision = client.decide(FACTS, decide=["size"])
    assert decision.receipt is not None
    assert (decision.receipt.index, log.ledger.head.size) == (1, 2)
    assert len({request.headers["Idempotency-Key"] for request in between.requests}) == 1
    assert len({request.content for request in between.requests}) == 1


def test_every_call_has_a_key_of_its_own(served: httpx.WSGITransport) -> None:
    between = Between(served, lambda _, answer: answer)
    with Client(URL, transport=between, key="secret") as client:
        decided = {client.decide(FACTS, decide=["size"]).decision_id for _ in range(2)}
        mine = [client.decide(FACTS, decide=["size"], idempotency_key="mine").decision_id for _ in range(2)]
    assert len(decided) == 2
    assert mine[0] == mine[1]
    assert len({request.headers["Idempotency-Key"] for request in between.requests}) == 3
    assert {request.headers["Authorization"] for request in between.requests} == {"Bearer secret"}


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("cut"),
        *(httpx.Response(status) for status in (429, 502, 503, 504)),
    ],
    ids=str,
)  # fmt: skip
def test_what_may_pass_is_asked_again(failure: Any) -> None:
    transport, asked = answers(failure, failure, httpx.Response(200, json=EMPTY))
    with Client(URL, transport=transport, retry=AT_ONCE) as client:
        assert list(client.search()) == []
    assert len(asked) == 3


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500])
def test_what_will_not_pass_is_not_asked_again(status: int) -> None:
    transport, asked = answers(httpx.Response(status, json={"type": "/problems/x", "title": "T", "detail": "d"}))
    with Client(URL, transport=transport, retry=AT_ONCE) as client, pytest.raises(ProblemError, match=f"{status} T: d"):
        client.decide(FACTS)
    assert len(asked) == 1


def test_after_the_last_attempt_the_key_is_told() -> None:
    transport, asked = answers(*[httpx.ReadTimeout("slow")] * 6)
    with Client(URL, transport=transport, retry=AT_ONCE) as client, pytest.raises(Unreachable) as told:
        client.decide(FACTS, idempotency_key="k-1")
    assert (told.value.attempts, len(asked), told.value.idempotency_key) == (6, 6, "k-1")
    assert "after 6 attempts: ReadTimeout slow; ask again with the idempotency key k-1" in str(told.value)


def test_a_refusal_to_the_end_is_told_as_it_was() -> None:
    transport, _ = answers(*[httpx.Response(503, text="<html>gateway</html>")] * 2)
    with (
        Client(URL, transport=transport, retry=Retry(attempts=2, chance=lambda: 0.0)) as client,
        pytest.raises(ProblemError, match="503 Service Unavailable: <html>gateway") as told,
    ):
        client.decide(FACTS, idempotency_key="k-1")
    assert told.value.idempotency_key == "k-1"


def test_a_request_that_cannot_be_sent_is_not_tried_again() -> None:
    transport, asked = answers(httpx.LocalProtocolError("illegal header"))
    with Client(URL, transport=transport, retry=AT_ONCE) as client, pytest.raises(Unreachable, match="1 attempt:"):
        client.rulesets()
    assert len(asked) == 1


def test_a_redirect_is_not_followed() -> None:
    transport, _ = answers(httpx.Response(307, headers={"Location": "http://elsewhere.example"}))
    with Client(URL, transport=transport) as client, pytest.raises(UnexpectedAnswer, match="a 307"):
        client.decide(FACTS)


class Time:
    """A clock that moves only when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def waits(retry: Retry, time: Time, answer: httpx.Response, each: float = 0.0) -> list[float]:
    """The waits of a call that is always answered the same, after `each` seconds; its timeouts are checked."""
    steps, told, waited = Link(retry, timeout=10).get("/x"), None, []
    try:
        while True:
            step = steps.send(told)
            if isinstance(step, Wait):
                waited.append(step.seconds)
                time.now += step.seconds
                told = None
            else:
                assert isinstance(step, Ask)
                assert step.timeout <= max(0.001, retry.deadline - time.now)
                time.now += each
                told = answer
    except ProblemError:
        return waited


def test_waits_double_up_to_a_bound() -> None:
    time = Time()
    retry = Retry(attempts=8, first=0.1, longest=2.0, clock=time, chance=lambda: 1.0)
    assert waits(retry, time, httpx.Response(503)) == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


def test_waits_are_drawn_over_the_whole_range() -> None:
    retry = Retry(chance=iter([0.0, 0.5]).__next__)
    assert (retry.wait(3, None), retry.wait(3, None)) == (0.0, 0.2)


def test_the_service_may_ask_for_more_patience() -> None:
    now = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    retry = Retry(chance=lambda: 0.0, today=lambda: now)
    assert retry.wait(1, "7") == 7.0
    assert retry.wait(1, "Tue, 24 Nov 2026 00:00:09 GMT") == 9.0
    assert [retry.wait(1, text) for text in ("Mon, 23 Nov 2026 00:00:00 GMT", "soon", "-3", "", "１")] == [0.0] * 5


def test_nothing_begins_after_the_deadline() -> None:
    time = Time()
    retry = Retry(attempts=99, first=4.0, longest=4.0, deadline=10.0, clock=time, chance=lambda: 1.0)
    assert waits(retry, time, httpx.Response(503), each=1.0) == [4.0]
    patient = httpx.Response(429, headers={"Retry-After": "60"})
    assert waits(retry, Time(), patient) == []
