"""A signed log behind httpx without sockets, and answers that get lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from policy_decisions_client import Retry

from service.api import create_app
from service.decide import Decider, DecisionService
from service.ledger import Log, Places
from tests.service.conftest import clock, decider, policy

__all__ = ["clock", "decider", "policy"]

AT_ONCE = Retry(chance=lambda: 0.0)
"""Retries that wait for nothing."""
URL = "http://decisions.example"
FACTS = {"order": {"amount": Decimal("1000.00"), "count": 8}}


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log.open(Places(tmp_path / "ledger.sqlite", tmp_path / "signing.key", "log.example"), {})
    yield opened
    opened.close()


@pytest.fixture
def served(log: Log, decider: Decider) -> httpx.WSGITransport:
    """The service as httpx meets it."""
    return httpx.WSGITransport(create_app(DecisionService(decider, log.ledger), log), raise_app_exceptions=True)


class Between(httpx.BaseTransport):
    """Stands between a client and the service; `meddle` gets the number of the request, from 1, and its answer.

    It returns the answer to hand on, or raises.
    """

    def __init__(self, behind: httpx.BaseTransport, meddle: Callable[[int, httpx.Response], httpx.Response]) -> None:
        self.behind = behind
        self.meddle = meddle
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.behind.handle_request(request)
        answer.read()
        return self.meddle(len(self.requests), answer)


def answers(*given: Any) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """A service that gives these answers one after the other (an exception is raised), and what it was asked."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        one = given[len(asked) - 1]
        if isinstance(one, Exception):
            raise one
        assert isinstance(one, httpx.Response)
        return one

    return httpx.MockTransport(answer), asked
