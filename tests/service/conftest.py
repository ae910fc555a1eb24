"""A small shop policy, a clock that ticks as told, a ledger in a temporary folder, a client."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api import create_app
from service.clock import Ids
from service.decide import Decider, DecisionService
from service.ledger import Ledger
from service.repository import LoadedPolicy, check_texts, load_policy, read_texts

SAMPLE = Path(__file__).parent / "sample"


class StoppedClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = dt.datetime(2026, 11, 23, 7, 20, 31, 123456, dt.UTC)

    def now(self) -> dt.datetime:
        return self.moment


class CountedIds(Ids):
    """Ids whose random part counts up."""

    def __init__(self) -> None:
        self.count = 0
        super().__init__(self._next)

    def _next(self, length: int) -> bytes:
        self.count += 1
        return self.count.to_bytes(length, "big")


@pytest.fixture(scope="session")
def policy() -> LoadedPolicy:
    return load_policy(check_texts(read_texts(SAMPLE)))


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite") as opened:
        yield opened


@pytest.fixture
def decider(policy: LoadedPolicy, clock: StoppedClock) -> Decider:
    return Decider(policy, "always", clock, CountedIds())


@pytest.fixture
def service(decider: Decider, ledger: Ledger) -> DecisionService:
    return DecisionService(decider, ledger)


@pytest.fixture
def client(service: DecisionService) -> FlaskClient:
    return create_app(service).test_client()


@pytest.fixture
def order() -> dict[str, Any]:
    """A request that every ruleset of the shop but the visits can decide."""
    return {
        "subject": "C-1024",
        "as_of": "2026-11-23",
        "decide": ["route", "tags"],
        "facts": {"order": {"amount": "1000.00", "count": 8, "kind": "special", "urgent": False, "discount": "0.5"}},
    }
