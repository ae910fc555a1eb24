"""`POST` and `GET /v1/decisions`: the contract, replay, and that what is answered is on record."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from rules.model.decision import Outcome
from service.api import create_app
from service.decide import Decider, DecisionService
from service.ledger import Ledger
from service.repository import LoadedPolicy
from tests.service.conftest import CountedIds, StoppedClock

URL = "/v1/decisions"


def post(client: FlaskClient, body: Any, **headers: str) -> Any:
    return client.post(URL, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_a_decision_in_full(client: FlaskClient, order: dict[str, Any], policy: LoadedPolicy) -> None:
    answer = post(client, order)
    assert answer.status_code == 201
    document = answer.get_json()
    assert answer.headers["Location"] == f"/v1/decisions/{document['decision_id']}"
    assert answer.headers["Content-Type"] == "application/json"
    assert len(document["receipt"].pop("leaf_hash")) == 64
    size = {
        "status": "decided",
        "values": {"size": "large", "fee": "15.00", "pieces": 8},
        "labels": {"size": {"zh": "大", "en": "Large"}},
        "rules": [{"id": "S-1", "clause": "第一条", "because": {"zh": "金额大", "en": "The amount is large"}}],
        "missing_facts": [],
        "near_misses": [],
    }
    assert document == {
        "decision_id": "01a20747-1e93-774b-8000-000000000002",
        "status": "decided",
        "subject": "C-1024",
        "as_of": "2026-11-23",
        "decided_at": "2026-11-23T07:20:31.123456Z",
        "policy": {"release": policy.checked.release, "label": "1"},
        "outcomes": {
            "size": size,
            "route": {
                "status": "decided",
                "values": {"route": "slow"},
                "labels": {"route": {"zh": "慢", "en": "Slow"}},
                "rules": [{"id": "R-1", "clause": "第二条", "because": {"zh": "金额大", "en": "It is large"}}],
                "missing_facts": [],
                "near_misses": [{"id": "R-2", "clause": "第二条", "condition": "order.urgent"}],
            },
            "tags": {
                "status": "decided",
                "values": {"tag": ["special", "cheap"]},
                "labels": {"tag": [{"zh": "特殊", "en": "Special"}, {"zh": "便宜", "en": "Cheap"}]},
                "rules": [
                    {
                        "id": "T-1",
                        "clause": "第三条",
                        "because": {"zh": "特殊种类", "en": "Its kind is special"},
                    },
                    {
                        "id": "T-2",
                        "clause": "第三条",
                        "because": {"zh": "折扣大", "en": "The discount is high"},
                    },
                ],
                "missing_facts": [],
                "near_misses": [],
            },
        },
        "required_actions": document["required_actions"],
        "missing_facts": [],
        "receipt": {"index": 1},
    }


def test_actions_are_merged_with_every_reason(client: FlaskClient, order: dict[str, Any]) -> None:
    actions = {action["action"]: action for action in post(client, order).get_json()["required_actions"]}
    assert set(actions) == {"keep_record", "charge", "watch", "hold"}
    assert actions["watch"] == {
        "action": "watch",
        "by": "clerk",
        "to": None,
        "due": None,
        "params": {},
        "label": {"zh": "关注", "en": "Watch the customer"},
        "reasons": [
            {"ruleset": "size", "rule": "S-1", "clause": "第一条"},
            {"ruleset": "tags", "rule": "T-1", "clause": "第三条"},
            {"ruleset": "route", "rule": "R-1", "clause": "第二条"},
        ],
    }
    assert actions["charge"]["params"] == {"amount": "15.00"}
    assert actions["charge"]["due"] == "2026-11-23"
    assert (actions["hold"]["due"], actions["hold"]["to"]) == ("2026-11-26", "manager")
    assert actions["keep_record"]["reasons"] == [{"ruleset": "size", "rule": "S-1", "clause": "第一条"}]


def test_undecided_says_what_to_ask_for(client: FlaskClient, order: dict[str, Any]) -> None:
    del order["facts"]["order"]["amount"]
    document = post(client, order).get_json()
    assert document["status"] == "undecided"
    assert document["outcomes"]["route"]["missing_facts"] == ["order.amount"]
    assert document["outcomes"]["route"]["values"] == {}
    assert document["outcomes"]["tags"]["status"] == "decided"
    assert document["missing_facts"] == ["order.amount"]


def test_a_conflict_names_the_rules(client: FlaskClient, order: dict[str, Any]) -> None:
    order["facts"]["order"]["urgent"] = True
    document = post(client, order).get_json()
    route = document["outcomes"]["route"]
    assert (document["status"], route["status"]) == ("conflict", "conflict")
    assert route["detail"] == "R-1, R-2 contradict each other under the hit policy UNIQUE"
    assert [rule["id"] for rule in route["rules"]] == ["R-1", "R-2"]


def test_an_error_says_so(client: FlaskClient, order: dict[str, Any]) -> None:
    order["facts"]["order"]["count"] = 0
    document = post(client, {**order, "decide": ["price"]}).get_json()
    assert document["status"] == document["outcomes"]["price"]["status"] == "error"
    assert document["outcomes"]["price"]["detail"]
    assert document["outcomes"]["size"]["status"] == "decided"


def test_the_status_is_the_worst_of_those_asked_for(client: FlaskClient, order: dict[str, Any]) -> None:
    del order["facts"]["order"]["count"]
    document = post(client, {**order, "decide": ["route"]}).get_json()
    assert document["outcomes"]["size"]["status"] == "undecided"
    assert (document["status"], document["missing_facts"]) == ("decided", [])


def test_left_out_members(client: FlaskClient, order: dict[str, Any]) -> None:
    document = post(client, {"facts": order["facts"]}).get_json()
    assert (document["subject"], document["as_of"]) == (None, "2026-11-23")
    assert set(document["outcomes"]) == {"size", "price", "route", "tags"}


def test_a_ruleset_that_needs_nothing_is_decided_only_if_the_facts_speak_of_it(client: FlaskClient) -> None:
    asked = set(post(client, {"facts": {"order": {"discount": 0, "kind": "normal"}}}).get_json()["outcomes"])
    assert asked == {"tags"}
    assert set(post(client, {"facts": {"order": {"note": "x"}}}).get_json()["outcomes"]) == {"note"}


def test_today_is_the_day_of_the_policys_time_zone(client: FlaskClient, clock: StoppedClock) -> None:
    clock.moment = dt.datetime(2026, 12, 31, 16, 0, tzinfo=dt.UTC)
    document = post(client, {"facts": {}, "decide": ["note"]}).get_json()
    assert document["as_of"] == "2027-01-01"
    assert document["outcomes"]["note"]["values"] == {"present": False, "shown_on": "2027-01-01"}


def test_the_same_bytes_again(client: FlaskClient, order: dict[str, Any], ledger: Ledger) -> None:
    answer = post(client, order)
    again = client.get(answer.headers["Location"])
    assert (again.status_code, again.data) == (200, answer.data)
    assert ledger.size == 2


def test_the_record_holds_it_all(client: FlaskClient, order: dict[str, Any], ledger: Ledger) -> None:
    document = post(client, order).get_json()
    entry = ledger.get(document["decision_id"])
    assert entry is not None
    content = entry.content
    assert content["facts"]["order"]["amount"] == "1000.00"
    assert content["asked"] == ["route", "tags"]
    assert content["received_at"] == "2026-11-23T07:20:31.123456Z"
    assert content["caller"] is None
    assert content["engine"]
    for member in ("status", "policy", "outcomes", "required_actions", "missing_facts"):
        assert content[member] == document[member]


def test_a_key_gives_the_same_decision(client: FlaskClient, order: dict[str, Any], ledger: Ledger) -> None:
    first = post(client, order, Idempotency_Key="k-1")
    again = client.post(
        URL,
        data=json.dumps(order, indent=2, sort_keys=True).replace('"1000.00"', '"1000.00" '),
        content_type="application/json; charset=utf-8",
        headers={"Idempotency-Key": "k-1"},
    )
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]
    assert ledger.size == 2


def test_a_key_is_for_one_request(client: FlaskClient, order: dict[str, Any], ledger: Ledger) -> None:
    post(client, order, Idempotency_Key="k-1")
    other = post(client, {**order, "subject": "C-1025"}, Idempotency_Key="k-1")
    assert (other.status_code, other.get_json()["type"]) == (409, "/problems/idempotency-conflict")
    assert post(client, order, Idempotency_Key="k-2").status_code == 201
    assert ledger.size == 3


def test_the_engine_is_not_asked_for_a_known_key(
    policy: LoadedPolicy, ledger: Ledger, clock: StoppedClock, order: dict[str, Any]
) -> None:
    counted = Counted(policy)
    client = client_of(replace(policy, engine=counted), ledger, clock)
    post(client, order, Idempotency_Key="k-1")
    post(client, order, Idempotency_Key="k-1")
    assert counted.calls == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "a" * 256, "\x7f"])
def test_a_bad_key(client: FlaskClient, order: dict[str, Any], key: str) -> None:
    answer = post(client, order, Idempotency_Key=key)
    assert answer.status_code == 400
    fault = answer.get_json()["errors"][0]
    assert (fault["header"], fault["code"]) == ("Idempotency-Key", "invalid-idempotency-key")


def test_possible_rules_are_marked(policy: LoadedPolicy, ledger: Ledger, clock: StoppedClock) -> None:
    outcome = Outcome("decided", {"route": "slow"}, ("R-1", "R-2"), (), certain=False, exact=False)
    client = client_of(replace(policy, engine=Fixed({"route": outcome})), ledger, clock)
    route = post(client, {"decide": ["route"], "facts": {}}).get_json()["outcomes"]["route"]
    assert [rule["possible"] for rule in route["rules"]] == [True, True]
    assert route["exact"] is False


def test_an_integer_beyond_json_is_an_error(policy: LoadedPolicy, ledger: Ledger, clock: StoppedClock) -> None:
    from decimal import Decimal

    values = {"effective": Decimal(2**53), "since": None}
    client = client_of(
        replace(policy, engine=Fixed({"visits_made": Outcome("decided", values, ("V-1",), ())})),
        ledger,
        clock,
    )
    document = post(client, {"decide": ["visits_made"], "facts": {}}).get_json()
    assert document["status"] == document["outcomes"]["visits_made"]["status"] == "error"
    assert "9007199254740992" in document["outcomes"]["visits_made"]["detail"]


class Counted:
    """The real engine, counting."""

    name = "counted/1"

    def __init__(self, policy: LoadedPolicy) -> None:
        self.calls = 0
        self.engine = policy.engine

    def decide(self, *asked: Any) -> dict[str, Outcome]:
        self.calls += 1
        return self.engine.decide(*asked)

    def near_misses(self, *asked: Any) -> dict[str, None]:
        return {}


class Fixed:
    """Answers as told."""

    name = "fixed/1"

    def __init__(self, outcomes: dict[str, Outcome]) -> None:
        self.outcomes = outcomes

    def decide(self, *asked: Any) -> dict[str, Outcome]:
        return self.outcomes

    def near_misses(self, *asked: Any) -> dict[str, None]:
        return {}


def client_of(policy: LoadedPolicy, ledger: Ledger, clock: StoppedClock) -> FlaskClient:
    decider = Decider(policy, "off", clock, CountedIds())
    return create_app(DecisionService(decider, ledger)).test_client()


def test_both_ways_in_give_the_same_answer(
    policy: LoadedPolicy, service: DecisionService, order: dict[str, Any]
) -> None:
    app = create_app(service)
    around = app.wsgi_app._behind  # type: ignore[attr-defined]
    door = around._behind
    for body in (order, {"facts": 1}):
        headers = {"Idempotency-Key": "k-1", "X-Request-Id": "both-ways"}
        post(app.test_client(), body, **headers)
        short = app.test_client().post(URL, json=body, headers=headers)
        around._behind = door._behind
        long = app.test_client().post(URL, json=body, headers=headers)
        around._behind = door
        assert (short.status, short.data) == (long.status, long.data)
        del long.headers["Vary"]  # only the long way can compress
        assert sorted(short.headers) == sorted(long.headers)


@pytest.mark.parametrize(
    ("amount", "count", "each"),
    [
        ("1000.00", 8, "125"),
        ("1000.00", 1000, "1"),
        ("0", 3, "0"),
        ("0.01", 1000, "0.00001"),
        ("100.00", 3, "33.33333333333333333333333333333333"),
        ("999999999999.99", 1, "999999999999.99"),
    ],
)
def test_a_ratio_is_exact_text(client: FlaskClient, amount: str, count: int, each: str) -> None:
    document = post(client, {"decide": ["price"], "facts": {"order": {"amount": amount, "count": count}}}).get_json()
    assert document["outcomes"]["price"]["values"]["each"] == each
