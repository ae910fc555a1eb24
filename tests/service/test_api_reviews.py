"""A person confirms a decision or says what shall hold instead; the decision stays as it is."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.decide import DecisionService
from service.ledger import Ledger
from service.replay import replay
from tests.service.conftest import StoppedClock
from tests.service.releases import release
from tests.service.test_api_problems import check

Json = dict[str, Any]
NOBODY = "01900000-0000-7000-8000-000000000000"
CONFIRM: Json = {"verdict": "confirm", "by": "王经理", "authority": "manager", "reason": "资料齐全"}
OVERRIDE: Json = {**CONFIRM, "verdict": "override", "outcomes": {"route": {"route": "fast"}}}


@pytest.fixture
def decision(client: FlaskClient, order: Json) -> Json:
    answer = client.post("/v1/decisions", json={**order, "decide": ["route", "tags", "note"]})
    assert answer.status_code == 201
    return answer.get_json()  # type: ignore[no-any-return]


@pytest.fixture
def path(decision: Json) -> str:
    return f"/v1/decisions/{decision['decision_id']}"


def told(answer: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in check(answer, 422, "invalid-request")]


def test_a_review_is_an_entry_of_its_own(client: FlaskClient, ledger: Ledger, path: str, decision: Json) -> None:
    before = ledger.get(decision["decision_id"])
    document = client.get(path).data
    answer = client.post(f"{path}/review", json={**OVERRIDE, "at": "2026-11-23T15:20:31+08:00", "by": " 王经理 "})
    review = answer.get_json()
    assert (answer.status_code, answer.headers["Location"]) == (201, f"{path}/reviews/1")
    assert client.get(f"{path}/reviews/1").get_json() == review
    assert {name: review[name] for name in OVERRIDE} == OVERRIDE
    assert (review["number"], review["supersedes"], review["at"]) == (1, None, "2026-11-23T07:20:31.000000Z")
    entry = ledger.at(review["receipt"]["index"])
    assert before is not None
    assert entry is not None
    assert (entry.kind, entry.document["subject"]) == ("review", "C-1024")
    assert entry.content["decision_id"] == decision["decision_id"]
    assert entry.content["decision_index"] == before.index
    assert entry.content["decision_hash"] == before.leaf_hash.hex()
    after = ledger.get(decision["decision_id"])
    assert after is not None
    assert after.canonical == before.canonical
    assert client.get(path).data == document


def test_a_reviewed_decision_still_follows_from_its_entry(
    client: FlaskClient, service: DecisionService, ledger: Ledger, path: str, decision: Json
) -> None:
    client.post(f"{path}/review", json=OVERRIDE)
    entry = ledger.get(decision["decision_id"])
    assert entry is not None
    assert replay(service.decider, entry) == ()


def test_reviews_follow_each_other(client: FlaskClient, path: str) -> None:
    assert client.get(f"{path}/reviews").get_json()["reviewed"] == "none"
    client.post(f"{path}/review", json=OVERRIDE)
    assert client.get(f"{path}/reviews").get_json()["reviewed"] == "overridden"
    client.post(f"{path}/review", json={**CONFIRM, "supersedes": 1})
    found = client.get(f"{path}/reviews").get_json()
    assert (found["reviewed"], [one["number"] for one in found["items"]]) == ("confirmed", [1, 2])
    assert [one["supersedes"] for one in found["items"]] == [None, 1]
    assert [one["outcomes"] for one in found["items"]] == [OVERRIDE["outcomes"], None]


def test_whoever_has_not_seen_the_last_review_is_told_it(client: FlaskClient, ledger: Ledger, path: str) -> None:
    early = client.post(f"{path}/review", json={**CONFIRM, "supersedes": 1})
    check(early, 409, "already-reviewed")
    assert early.get_json(force=True)["review"] is None
    first = client.post(f"{path}/review", json=CONFIRM).get_json()
    size = ledger.size
    for supersedes in (None, 2, 7):
        answer = client.post(f"{path}/review", json={**CONFIRM, "supersedes": supersedes})
        check(answer, 409, "already-reviewed")
        assert answer.get_json(force=True)["review"] == first
    assert ledger.size == size


def test_of_two_reviews_at_the_same_moment_one_stands(client: FlaskClient, ledger: Ledger, path: str) -> None:
    size, start = ledger.size, threading.Barrier(6)

    def review(name: int) -> int:
        start.wait()
        answer = client.application.test_client().post(f"{path}/review", json={**CONFIRM, "by": f"reviewer {name}"})
        return answer.status_code

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(review, range(6))) == [201, *[409] * 5]
    assert ledger.size == size + 1


def test_the_idempotency_key_is_honoured(client: FlaskClient, ledger: Ledger, path: str) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = client.post(f"{path}/review", json=CONFIRM, headers=key)
    size = ledger.size
    again = client.post(f"{path}/review", json=CONFIRM, headers=key)
    assert (first.status_code, again.status_code, again.get_json()) == (201, 200, first.get_json())
    assert again.headers["Location"] == first.headers["Location"]
    check(client.post(f"{path}/review", json=OVERRIDE, headers=key), 409, "idempotency-conflict")
    assert ledger.size == size


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"verdict": "maybe"}, [("/verdict", "not-allowed-value")]),
        ({"by": " ", "authority": "", "reason": "\t"}, [
            ("/by", "blank"), ("/authority", "blank"), ("/reason", "control-character"),
        ]),
        ({"reason": "x" * 1001, "authority": "x" * 201}, [("/authority", "too-long"), ("/reason", "too-long")]),
        ({"by": None, "why": 1}, [("/why", "unknown-member"), ("/by", "required")]),
        ({"at": "2026-11-23T07:20:32Z"}, [("/at", "in-the-future")]),
        ({"at": "2026-11-23T07:20:30Z"}, [("/at", "before-the-decision")]),
        ({"supersedes": 0}, [("/supersedes", "below-minimum")]),
        ({"supersedes": "x"}, [("/supersedes", "wrong-type")]),
        ({"outcomes": {"route": {"route": "fast"}}}, [("/outcomes", "not-overridden")]),
        ({"verdict": "override"}, [("/outcomes", "required")]),
        ({"verdict": "override", "outcomes": {}}, [("/outcomes", "empty")]),
        ({"verdict": "override", "outcomes": []}, [("/outcomes", "wrong-type")]),
        ({"verdict": "override", "outcomes": {"route": 1, "size": {}}}, [
            ("/outcomes/route", "wrong-type"), ("/outcomes/size", "empty"),
        ]),
    ],
)  # fmt: skip
def test_reviews_that_are_not_valid(
    client: FlaskClient, ledger: Ledger, path: str, changed: Json, expected: list[tuple[str, str]]
) -> None:
    size = ledger.size
    assert told(client.post(f"{path}/review", json={**CONFIRM, **changed})) == expected
    assert ledger.size == size


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ({"price": {"x": 1}}, [("/outcomes/price", "unknown-ruleset")]),
        ({"route": {"rout": "fast", "route": "faster"}}, [
            ("/outcomes/route/rout", "unknown-output"), ("/outcomes/route/route", "not-allowed-value"),
        ]),
        ({"route": {"route": "slow"}}, [("/outcomes/route", "as-decided")]),
        ({"route": {"route": None}}, [("/outcomes/route/route", "wrong-type")]),
        ({"size": {"fee": "15.001"}}, [("/outcomes/size/fee", "too-many-decimals")]),
        ({"size": {"fee": 15, "size": "large"}}, [("/outcomes/size", "as-decided")]),
        ({"size": {"pieces": 1.5}}, [("/outcomes/size/pieces", "not-an-integer")]),
        ({"tags": {"tag": "cheap"}}, [("/outcomes/tags/tag", "wrong-type")]),
        ({"tags": {"tag": ["cheap", "dear"]}}, [("/outcomes/tags/tag/1", "not-allowed-value")]),
        ({"tags": {"tag": ["special", "cheap"]}}, [("/outcomes/tags", "as-decided")]),
        ({"note": {"present": "true"}}, [("/outcomes/note/present", "wrong-type")]),
        ({"note": {"shown_on": "2026-02-30"}}, [("/outcomes/note/shown_on", "not-a-date")]),
        ({"~/": {"x": 1}}, [("/outcomes/~0~1", "unknown-ruleset")]),
    ],
)  # fmt: skip
def test_values_that_cannot_stand_instead(
    client: FlaskClient, path: str, outcomes: Json, expected: list[tuple[str, str]]
) -> None:
    assert told(client.post(f"{path}/review", json={**OVERRIDE, "outcomes": outcomes})) == expected


def test_values_are_recorded_in_the_notation_of_decisions(client: FlaskClient, path: str) -> None:
    outcomes = {"size": {"size": "large", "fee": 7, "pieces": 3}, "tags": {"tag": []}, "note": {"present": True}}
    review = client.post(f"{path}/review", json={**OVERRIDE, "outcomes": outcomes}).get_json()
    assert review["outcomes"]["size"] == {"size": "large", "fee": "7.00", "pieces": 3}
    assert (review["outcomes"]["tags"], review["outcomes"]["note"]) == ({"tag": []}, {"present": True})


def test_the_release_of_the_decision_says_what_there_is_to_override(
    client: FlaskClient, service: DecisionService, path: str, clock: StoppedClock
) -> None:
    clock.moment += dt.timedelta(minutes=1)
    service.adopt(release(**{"sensitivity: personal": "sensitivity: internal"}))
    assert client.post(f"{path}/review", json=OVERRIDE).status_code == 201


def test_an_undecided_decision_can_be_given_its_values(client: FlaskClient) -> None:
    one = client.post("/v1/decisions", json={"decide": ["size"], "facts": {}}).get_json()
    outcomes = {"size": {"size": "small"}}
    answer = client.post(f"/v1/decisions/{one['decision_id']}/review", json={**OVERRIDE, "outcomes": outcomes})
    assert answer.status_code == 201


@pytest.mark.parametrize("end", ["", ".review.1", "x"])
def test_decisions_that_there_are_not(client: FlaskClient, path: str, end: str) -> None:
    client.post(f"{path}/review", json=CONFIRM)
    unknown = f"{path}{end}" if end else f"/v1/decisions/{NOBODY}"
    check(client.post(f"{unknown}/review", json=CONFIRM), 404, "not-found")
    check(client.get(f"{unknown}/reviews"), 404, "not-found")
    for number in ("0", "2", "01", "x", "1.review.1"):
        check(client.get(f"{path}/reviews/{number}"), 404, "not-found")


def test_reviewed_decisions_are_found(client: FlaskClient, order: Json, decision: Json, path: str) -> None:
    other = client.post("/v1/decisions", json=order).get_json()["decision_id"]

    def found(**query: str) -> list[tuple[str, str]]:
        items = client.get("/v1/decisions", query_string=query).get_json()["items"]
        return [(item["decision_id"], item["reviewed"]) for item in items]

    client.post(f"{path}/review", json=OVERRIDE)
    assert found(reviewed="overridden") == [(decision["decision_id"], "overridden")]
    assert found(reviewed="none") == [(other, "none")]
    client.post(f"{path}/review", json={**CONFIRM, "reason": "Boiler inspected", "supersedes": 1})
    assert found(reviewed="overridden") == []
    assert found(reviewed="confirmed") == found(q="boiler") == found(q="王 资料齐全") == [
        (decision["decision_id"], "confirmed")
    ]
    counts = client.get("/v1/decisions/facets").get_json()["facets"]["reviewed"]
    assert counts == [{"name": "confirmed", "decisions": 1}, {"name": "none", "decisions": 1}]


def test_a_report_that_something_was_done_is_found_by_its_words(client: FlaskClient, decision: Json) -> None:
    client.post(f"/v1/actions/{decision['decision_id']}.0/done", json={"by": "clerk 7", "note": "打电话通知"})
    items = client.get("/v1/decisions?q=电话 \"clerk 7\"").get_json()["items"]
    assert [item["decision_id"] for item in items] == [decision["decision_id"]]
