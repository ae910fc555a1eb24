"""One request until it is answered: a description of what to send and when to wait, without sending anything.

A generator yields what is to be done and is told how it went, so that the plain and the asynchronous client
carry out the same steps, and a test can carry them out on its own clock.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from policy_decisions_client.errors import ProblemError, UnexpectedAnswer, Unreachable
from policy_decisions_client.reading import Reader, parsed
from policy_decisions_client.retry import AGAIN, Retry

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """One attempt."""

    method: str
    path: str
    timeout: float
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for so many seconds."""

    seconds: float


Told = httpx.Response | httpx.RequestError | None
"""How a step went: an answer, no answer, or nothing after a wait."""

Steps = Generator[Ask | Wait, Told, T]


class Link:
    """Makes the steps of requests."""

    def __init__(self, retry: Retry, timeout: float) -> None:
        self._retry = retry
        self._timeout = timeout

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Steps[httpx.Response]:
        """The answer to a GET. Raises `ProblemError`, `Unreachable`, `UnexpectedAnswer`."""
        return self._send(Ask("GET", path, self._timeout, query or {}))

    def post(self, path: str, body: bytes, key: str | None) -> Steps[httpx.Response]:
        """The answer to a POST that may be repeated: under this key, or because nothing is recorded."""
        headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
        return self._send(Ask("POST", path, self._timeout, {}, body, headers))

    def _send(self, ask: Ask) -> Steps[httpx.Response]:
        retry, key = self._retry, ask.headers.get("Idempotency-Key")
        ends, attempt = retry.clock() + retry.deadline, 0
        while True:
            attempt += 1
            told = yield _within(ask, ends - retry.clock())
            if isinstance(told, httpx.Response) and told.status_code not in AGAIN:
                return _good(told, key)
            after = told.headers.get("Retry-After") if isinstance(told, httpx.Response) else None
            wait = retry.wait(attempt, after)
            if attempt >= retry.attempts or retry.clock() + wait >= ends or _hopeless(told):
                break
            yield Wait(wait)
        if isinstance(told, httpx.Response):
            return _good(told, key)
        raise Unreachable(f"{type(told).__name__} {told}".strip(), attempt, key) from told


def reader(answer: httpx.Response) -> Reader:
    """The object that an answer holds. Raises `UnexpectedAnswer`."""
    return Reader(parsed(answer.content))


def _within(ask: Ask, seconds: float) -> Ask:
    return Ask(ask.method, ask.path, max(0.001, min(ask.timeout, seconds)), ask.query, ask.body, ask.headers)


def _hopeless(told: Told) -> bool:
    """Whether the request itself cannot be sent, now or later."""
    return isinstance(told, httpx.LocalProtocolError | httpx.UnsupportedProtocol)


def _good(answer: httpx.Response, key: str | None) -> httpx.Response:
    if answer.is_success:
        return answer
    if not answer.is_error:
        raise UnexpectedAnswer(f"the answer is a {answer.status_code}, which the service does not give")
    raise ProblemError(answer.status_code, _problem(answer), key)


def _problem(answer: httpx.Response) -> dict[str, Any]:
    """The problem document; for an answer of something that stands between, what it says."""
    try:
        document = parsed(answer.content)
    except UnexpectedAnswer:
        document = None
    if isinstance(document, dict):
        return document
    return {"title": answer.reason_phrase, "detail": answer.text[:200]}
