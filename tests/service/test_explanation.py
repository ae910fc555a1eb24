"""Explanations of recorded decisions, over the real policies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api import create_app
from service.clock import Ids
from service.decide import Decider, DecisionService
from service.ledger import Ledger
from service.repository import LoadedPolicy
from tests.service.conftest import StoppedClock

VISITS = [
    {"on": "2026-11-03", "effective": False},
    {"on": "2026-11-01", "effective": True},
    {"on": "2026-11-24", "effective": False},
]


@pytest.fixture
def client(loaded: LoadedPolicy, tmp_path: Path) -> Iterator[FlaskClient]:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        decider = Decider(loaded, "always", StoppedClock(), Ids())
        yield create_app(DecisionService(decider, ledger)).test_client()


def decided(client: FlaskClient, body: dict[str, Any]) -> str:
    response = client.post("/v1/decisions", json={"as_of": "2026-11-23", **body})
    assert response.status_code == 201
    return str(response.get_json()["decision_id"])


def test_the_visits_counted_and_left_out_are_shown(client: FlaskClient) -> None:
    decision = decided(client, {"decide": ["visit_plan"], "facts": {"visits": VISITS}})
    answer = client.get(f"/v1/decisions/{decision}/explanation").get_json()
    (ruleset,) = answer["rulesets"]
    made = next(c for c in ruleset["computed"] if c["name"] == "made")
    assert [item["place"] for item in made["items"]["kept"]] == [2, 1]
    assert made["items"]["left_out"] == [{"place": 3, "item": VISITS[2]}]


def test_every_rule_has_its_verdict_clause_and_both_languages(client: FlaskClient) -> None:
    decision = decided(client, {"decide": ["visit_plan"], "facts": {"visits": VISITS}})
    rules = client.get(f"/v1/decisions/{decision}/explanation").get_json()["rulesets"][0]["rules"]
    assert [r["id"] for r in rules if r["fired"]] == ["VIS-3b"]
    dropped = next(r for r in rules if r["id"] == "VIS-2")
    assert (dropped["verdict"], dropped["stopped_by"]) == ("false", "streak >= visit_drop_threshold")
    assert dropped["clause"]
    assert set(dropped["because"]) == {"zh", "en"}
    reads = {r["name"]: r["value"] for r in dropped["conditions"][0]["reads"]}
    assert reads == {"streak": 1, "visit_drop_threshold": 3}


def test_what_absent_facts_leave_open_is_unknown(client: FlaskClient) -> None:
    decision = decided(client, {"decide": ["credit_tier"], "facts": {"customer": {"broken_promises": 0}}})
    rules = client.get(f"/v1/decisions/{decision}/explanation").get_json()["rulesets"][0]["rules"]
    second = next(r for r in rules if r["id"] == "TIER-2")
    assert second["verdict"] == "unknown"
    assert second["conditions"][0]["reads"] == [
        {"name": "customer.is_intermediary", "kind": "fact", "unknown": True}
    ]


def test_a_decision_that_is_not_there(client: FlaskClient) -> None:
    missing = client.get("/v1/decisions/01939393-0000-7000-8000-000000000000/explanation")
    assert (missing.status_code, missing.content_type) == (404, "application/problem+json")
