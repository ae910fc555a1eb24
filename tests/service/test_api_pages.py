"""The pages that say what the service knows and how it is."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from service.ledger import Ledger
from service.repository import LoadedPolicy


def test_rulesets(client: FlaskClient, policy: LoadedPolicy) -> None:
    page = client.get("/v1/rulesets").get_json()
    assert page["policy"] == {"release": policy.checked.release, "label": "1"}
    assert {item["name"]: item["hit_policy"] for item in page["items"]} == {
        "size": "FIRST", "price": "FIRST", "route": "UNIQUE", "tags": "COLLECT", "note": "FIRST", "visits_made": "FIRST"
    }  # fmt: skip


def test_one_ruleset_as_written(client: FlaskClient) -> None:
    page = client.get("/v1/rulesets/size").get_json()
    assert page["title"] == {"zh": "订单大小", "en": "Size of the order"}
    assert page["clauses"] == ["第一条"]
    assert page["facts"] == ["order.amount", "order.count"]
    assert page["outputs"]["size"]["values"]["large"] == {"zh": "大", "en": "Large"}
    assert page["outputs"]["pieces"] == {
        "label": {"zh": "件数", "en": "Pieces"},
        "type": "integer",
        "computed": "order.count",
    }
    rule = page["rules"][0]
    assert rule["when"] == [{"test": "order.amount >= large_from"}]
    assert rule["then"] == {"size": "large", "fee": "order.amount * 0.015"}
    assert rule["actions"] == [
        {"action": "charge", "arguments": {"amount": "order.amount * 0.015"}},
        {"action": "watch", "arguments": {}},
    ]
    assert (rule["file"], page["rules"][1]["when"]) == ("shop/size.yaml", [])


def test_a_table_shows_its_cells_with_their_input(client: FlaskClient) -> None:
    rules = client.get("/v1/rulesets/tags").get_json()["rules"]
    assert {"input": "order.kind", "test": '"special"'} in rules[0]["when"]
    assert client.get("/v1/rulesets/route").get_json()["requires"] == ["size"]


def test_the_vocabulary(client: FlaskClient) -> None:
    facts = client.get("/v1/vocabulary").get_json()["facts"]
    assert facts["order.count"] == {
        "label": {"zh": "件数", "en": "Number of pieces"},
        "type": "integer",
        "sensitivity": "internal",
        "required": True,
        "minimum": "0",
        "maximum": "1000",
    }
    assert (facts["order.note"]["required"], facts["order.note"]["when_absent"]) == (False, None)
    assert facts["visits"]["item"]["on"] == {"type": "date", "label": {"zh": "日期", "en": "Day"}}
    assert facts["visits"]["item"]["by"]["values"]["clerk"] == {"zh": "职员", "en": "Clerk"}
    assert facts["order.kind"]["values"]["special"] == {"zh": "特殊", "en": "Special"}


def test_health(client: FlaskClient, policy: LoadedPolicy, ledger: Ledger) -> None:
    assert client.get("/healthz").get_json() == {"status": "alive"}
    assert client.get("/readyz").get_json() == {
        "status": "ready",
        "policy": {"release": policy.checked.release, "label": "1"},
        "policies": {"status": "serving"},
        "ledger": {"size": 1},
    }


def test_every_answer_forbids_sniffing(client: FlaskClient) -> None:
    for path in ("/healthz", "/nope", "/v1/rulesets"):
        assert client.get(path).headers["X-Content-Type-Options"] == "nosniff"


def test_the_api_document_has_every_route(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in client.application.url_map.iter_rules()}
    assert set(document["paths"]) == routes


def test_the_api_document_has_every_fact(client: FlaskClient) -> None:
    schemas = client.get("/openapi.json").get_json()["components"]["schemas"]
    assert schemas["DecisionRequest"]["additionalProperties"] is False
    assert schemas["DecisionRequest"]["required"] == ["facts"]
    order = schemas["Facts_order"]
    assert set(order["properties"]) == {"amount", "count", "kind", "urgent", "day", "discount", "note"}
    assert order["properties"]["kind"]["enum"] == ["normal", "special", None]
    assert order["properties"]["count"]["type"] == ["integer", "null"]
    assert order["properties"]["amount"]["anyOf"][2] == {"type": "null"}
