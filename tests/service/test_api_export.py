"""`/v1/export`: the same lines as a file, streamed, and a query read strictly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api import create_app
from service.decide import Decider, DecisionService
from service.ledger import Log, Places
from service.proofs.export import Verifier, verify_lines

URL = "/v1/export"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log.open(Places(tmp_path / "ledger.sqlite", tmp_path / "signing.key", "log.example"), {})
    yield opened
    opened.close()


@pytest.fixture
def signed(log: Log, decider: Decider, order: dict[str, Any]) -> FlaskClient:
    client = create_app(DecisionService(decider, log.ledger), log).test_client()
    for _ in range(3):
        assert client.post("/v1/decisions", json=order).status_code == 201
    return client


def verified(client: FlaskClient, log: Log, query: str = "") -> Verifier:
    answer = client.get(f"{URL}{query}")
    assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson")
    assert answer.headers["Cache-Control"] == "no-store"
    return verify_lines(answer.data.splitlines(keepends=True), log.key)


def test_the_whole_log(signed: FlaskClient, log: Log) -> None:
    assert (verified(signed, log).count, verified(signed, log, "?format=jsonl").count) == (4, 4)


def test_chosen_entries(signed: FlaskClient, log: Log) -> None:
    found = verified(signed, log, "?kind=decision&subject=C-1024&since=2026-11-23&until=2026-11-23&ruleset=size")
    assert found.count == 3
    assert dict(found.filters)["until"] == "2026-11-23"
    assert verified(signed, log, "?outcome=nothing").count == 0


def test_it_is_streamed(signed: FlaskClient) -> None:
    answer = signed.get(URL)
    assert answer.is_streamed
    assert answer.content_length is None


def test_what_it_refuses(signed: FlaskClient) -> None:
    answer = signed.get(f"{URL}?format=csv&since=soon&colour=red&until=2026-11-23&until=2026-11-24")
    assert answer.status_code == 422
    assert {one["parameter"] for one in answer.get_json()["errors"]} == {"format", "since", "colour", "until"}
    turned = signed.get(f"{URL}?since=2026-11-24&until=2026-11-23")
    assert turned.get_json()["errors"][0]["detail"] == "`since` is after `until`"
