"""Batches: each item for itself, one entry an item, never twice under one key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from service import batch
from service.decide import DecisionService
from service.ledger import Ledger, LedgerFailed
from service.replay import replay
from tests.service.test_api_problems import check

URL = "/v1/decisions/batch"
NDJSON = {"Accept": "application/x-ndjson"}


def send(client: FlaskClient, *items: Any, **kwargs: Any) -> Any:
    return client.post(URL, json={"items": list(items)}, **kwargs)


def test_each_item_has_its_own_result(client: FlaskClient, order: dict[str, Any]) -> None:
    answer = send(client, order, {"facts": {"order": {"amuont": "1.00"}}}, order)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    page = answer.get_json()
    assert [item["status"] for item in page["items"]] == [201, 422, 201]
    assert [item["position"] for item in page["items"]] == [0, 1, 2]
    assert page["items"][1]["problem"]["errors"][0]["pointer"] == "/facts/order/amuont"
    assert (page["recorded"], page["repeated"], page["refused"]) == (2, 0, 1)


def test_a_decision_is_the_same_as_one_that_came_alone(client: FlaskClient, order: dict[str, Any]) -> None:
    [item] = send(client, order).get_json()["items"]
    alone = client.get(f"/v1/decisions/{item['decision']['decision_id']}")
    assert alone.get_json() == item["decision"]


def test_each_is_an_entry_with_the_id_of_the_batch(
    client: FlaskClient, order: dict[str, Any], ledger: Ledger, service: DecisionService
) -> None:
    page = send(client, order, order).get_json()
    for item in page["items"]:
        entry = ledger.get(item["decision"]["decision_id"])
        assert entry is not None
        assert entry.content["batch"] == page["batch_id"]
        assert replay(service.decider, entry) == ()


def test_a_decision_that_came_alone_has_no_batch(client: FlaskClient, order: dict[str, Any], ledger: Ledger) -> None:
    entry = ledger.get(client.post("/v1/decisions", json=order).get_json()["decision_id"])
    assert entry is not None
    assert "batch" not in entry.content


def test_lines_as_they_become_durable(client: FlaskClient, order: dict[str, Any]) -> None:
    answer = send(client, order, {"facts": 1}, headers=NDJSON)
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert "Content-Length" not in answer.headers
    first, second, last = (json.loads(line) for line in answer.data.splitlines())
    assert (first["status"], second["status"]) == (201, 422)
    assert last == {"batch_id": last["batch_id"], "recorded": 1, "repeated": 0, "refused": 1}


def test_a_batch_again_under_its_key_finds_every_decision(
    client: FlaskClient, order: dict[str, Any], ledger: Ledger
) -> None:
    head = {"Idempotency-Key": "k"}
    first = send(client, order, order, headers=head).get_json()
    size = ledger.size
    again = send(client, order, order, headers=head).get_json()
    assert [item["status"] for item in again["items"]] == [200, 200]
    assert [item["decision"] for item in again["items"]] == [item["decision"] for item in first["items"]]
    assert (again["batch_id"], again["repeated"], ledger.size) == (first["batch_id"], 2, size)


def test_a_batch_that_was_cut_off_is_carried_on(client: FlaskClient, order: dict[str, Any], ledger: Ledger) -> None:
    head = {"Idempotency-Key": "k"}
    first = send(client, order, headers=head).get_json()
    whole = send(client, order, order, headers=head).get_json()
    assert [item["status"] for item in whole["items"]] == [200, 201]
    assert whole["batch_id"] == first["batch_id"]


def test_another_item_under_the_same_key(client: FlaskClient, order: dict[str, Any]) -> None:
    head = {"Idempotency-Key": "k"}
    send(client, order, order, headers=head)
    page = send(client, order, {**order, "subject": "other"}, headers=head).get_json()
    assert [item["status"] for item in page["items"]] == [200, 409]
    assert page["items"][1]["problem"]["type"] == "/problems/idempotency-conflict"


def test_the_key_of_a_batch_is_not_that_of_a_decision(client: FlaskClient, order: dict[str, Any]) -> None:
    head = {"Idempotency-Key": "k"}
    send(client, order, headers=head)
    assert client.post("/v1/decisions", json=order, headers=head).status_code == 201


def test_what_is_doubtful_in_one_item_stops_no_other(client: FlaskClient, order: dict[str, Any]) -> None:
    text = json.dumps(order)
    body = f'{{"items": [{text}, {{"facts": {{}}, "facts": {{}}}}, NaN, {text}]}}'
    items = client.post(URL, data=body, content_type="application/json").get_json()["items"]
    assert [item["status"] for item in items] == [201, 400, 400, 201]
    assert items[1]["problem"]["errors"][0]["pointer"] == "/facts"
    assert items[2]["problem"]["errors"][0]["pointer"] == ""


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ("[]", "", "wrong-type"),
        ("{}", "/items", "required"),
        ('{"items": {}}', "/items", "wrong-type"),
        ('{"items": []}', "/items", "empty"),
        ('{"items": [1], "x": 1}', "/x", "unknown-member"),
        ('{"items": [' + ",".join(["1"] * 1001) + "]}", "/items", "too-many-items"),
    ],
)
def test_what_is_no_batch(client: FlaskClient, body: str, pointer: str, code: str) -> None:
    answer = client.post(URL, data=body, content_type="application/json")
    [error] = check(answer, 422, "invalid-request")
    assert (error["pointer"], error["code"]) == (pointer, code)


def test_a_doubtful_body_is_refused_as_a_whole(client: FlaskClient) -> None:
    answer = client.post(URL, data='{"items": [1], "items": [2]}', content_type="application/json")
    check(answer, 400, "not-json")


def test_a_batch_may_be_larger_than_a_decision(client: FlaskClient, order: dict[str, Any]) -> None:
    spaces = b" " * (2 * 1024 * 1024)
    body = b'{"items": [' + json.dumps(order).encode() + spaces + b"]}"
    assert client.post(URL, data=body, content_type="application/json").status_code == 200
    too_large = client.post(URL, data=b" " * (batch.MAX_BYTES + 1), content_type="application/json")
    check(too_large, 413, "body-too-large")
    assert "16,777,216" in too_large.get_json()["detail"]


def test_an_item_has_the_limit_of_a_decision(client: FlaskClient, order: dict[str, Any]) -> None:
    large = {**order, "subject": "x" * 1024 * 1024}
    [item, small] = send(client, large, order).get_json()["items"]
    assert (item["status"], item["problem"]["errors"][0]["code"]) == (413, "item-too-large")
    assert small["status"] == 201


def test_a_ledger_that_fails_at_once(client: FlaskClient, order: dict[str, Any], ledger: Ledger) -> None:
    ledger.stop(OSError("disk full"))
    check(send(client, order), 503, "ledger-unavailable")


def test_a_ledger_that_fails_on_the_way(
    client: FlaskClient, order: dict[str, Any], ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "GROUP", 2)
    groups: list[int] = []
    whole = ledger.append_all

    def fails_later(drafts: Any) -> Any:
        groups.append(len(drafts))
        if len(groups) > 1:
            raise LedgerFailed("disk full")
        return whole(drafts)

    monkeypatch.setattr(ledger, "append_all", fails_later)
    items = send(client, order, order, order).get_json()["items"]
    assert [item["status"] for item in items] == [201, 201, 503]


def test_a_failure_of_ours_in_one_item(
    client: FlaskClient, order: dict[str, Any], service: DecisionService, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = service.decision

    def fails_without_a_subject(value: Any, caller: str | None) -> Any:
        return decision(value, caller) if value["subject"] else 1 / 0

    monkeypatch.setattr(service, "decision", fails_without_a_subject)
    items = send(client, order, {**order, "subject": None}, order).get_json()["items"]
    assert [item["status"] for item in items] == [201, 500, 201]
