"""From a paragraph to its rules, their cases and the decisions they made; and the proof of fair treatment."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask.testing import FlaskClient

from service.repository import LoadedPolicy
from tests.service.conftest import StoppedClock
from tests.service.test_api_problems import check

URL = "/v1/clauses"


def items(client: FlaskClient, **filters: str) -> list[dict[str, Any]]:
    answer = client.get(URL, query_string=filters)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()["items"]  # type: ignore[no-any-return]


def rules(client: FlaskClient, **filters: str) -> list[str]:
    return [rule["id"] for item in items(client, **filters) for rule in item["rules"]]


def test_a_paragraph_shows_all_that_carries_it(client: FlaskClient) -> None:
    item = client.get(f"{URL}/第一条").get_json()
    assert item["gist"] == {"zh": "大额订单须收费", "en": "A large order is charged a fee"}
    assert item["document"] == {"zh": "订单制度", "en": "Order policy"}
    assert [ruleset["name"] for ruleset in item["rulesets"]] == ["size", "price"]
    assert {parameter["name"] for parameter in item["parameters"]} == {"large_from", "time_zone"}
    assert [(rule["id"], rule["ruleset"]) for rule in item["rules"]] == [
        ("S-1", "size"), ("S-2", "size"), ("P-1", "price"),
    ]  # fmt: skip
    assert (item["carried"], item["without_rule"]) == (True, None)


def test_a_rule_shows_the_cases_that_fire_it(client: FlaskClient) -> None:
    first, second, third = client.get(f"{URL}/第一条").get_json()["rules"]
    assert [case["case"] for case in first["cases"]] == ["at the line"]
    assert [(case["file"], case["case"]) for case in second["cases"]] == [("shop/size.test.yaml", "a cent below")]
    assert third["cases"] == []


def test_recorded_decisions_are_counted(client: FlaskClient, order: dict[str, Any], clock: StoppedClock) -> None:
    ids = []
    for day in (23, 24):
        clock.moment = dt.datetime(2026, 11, day, 7, 0, tzinfo=dt.UTC)
        ids.append(client.post("/v1/decisions", json=order).get_json()["decision_id"])
    page = client.get(URL).get_json()
    assert page["log"]["entries"] >= 2
    assert page["log"]["since"].startswith("2026-11-23")
    third = next(item for item in page["items"] if item["id"] == "第三条")
    fired = {rule["id"]: (rule["decisions"], rule["last_decision"]) for rule in third["rules"]}
    assert (fired["T-1"], fired["N-1"]) == ((2, ids[1]), (0, None))
    assert (third["decisions"], third["last_fired_at"]) == (2, "2026-11-24T07:00:00.000000Z")


def test_rules_that_have_not_fired_for_days(client: FlaskClient, order: dict[str, Any], clock: StoppedClock) -> None:
    client.post("/v1/decisions", json=order)
    assert "S-1" not in rules(client, unfired_days="30")
    assert {"S-2", "R-2", "N-1"} <= set(rules(client, unfired_days="30"))
    clock.moment += dt.timedelta(days=31)
    assert "S-1" in rules(client, unfired_days="30")
    assert "S-1" not in rules(client, unfired_days="32")


def test_filters(client: FlaskClient) -> None:
    everything = [item["id"] for item in items(client)]
    assert [item["id"] for item in items(client, document="order policy")] == everything
    assert [item["id"] for item in items(client, document="shop")] == everything
    assert items(client, document="bank") == []
    assert "第二条" in [item["id"] for item in items(client, text="加急")]
    assert [item["id"] for item in items(client, text="IT IS URGENT")] == ["第二条"]
    assert all(not item["carried"] for item in items(client, without_rule="true"))
    assert items(client, missing="true") == []


def test_what_is_not_there_and_what_is_not_valid(client: FlaskClient) -> None:
    check(client.get(f"{URL}/第九十九条"), 404, "not-found")
    errors = check(client.get(f"{URL}?unfired_days=0&missing=yes&document=a&document=b&id=1"), 422, "invalid-query")
    assert {(error["parameter"], error["code"]) for error in errors} == {
        ("unfired_days", "bad-number"), ("missing", "not-allowed-value"), ("document", "repeated"),
        ("id", "unknown-parameter"),
    }  # fmt: skip


def test_fairness(client: FlaskClient, policy: LoadedPolicy) -> None:
    proof = client.get("/v1/fairness").get_json()
    assert (proof["fair"], proof["protected_facts"]) == (True, [])
    assert proof["policy"]["release"] == policy.checked.release
    outcomes = {one["ruleset"]: one["depends_on"] for one in proof["outcomes"]}
    assert outcomes["route"] == ["order.amount", "order.count", "order.urgent"]
