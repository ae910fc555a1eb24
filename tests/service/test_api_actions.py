"""What the log requires, of whom and by when; and that it was done, once."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.ledger import Entry, Ledger
from tests.service.conftest import StoppedClock
from tests.service.test_api_problems import check

URL = "/v1/actions"
NOBODY = "01900000-0000-7000-8000-000000000000"


def decide(client: FlaskClient, order: dict[str, Any], **changed: Any) -> dict[str, Any]:
    answer = client.post("/v1/decisions", json={**order, **changed})
    assert answer.status_code == 201
    return answer.get_json()  # type: ignore[no-any-return]


def listed(client: FlaskClient, **filters: str) -> list[str]:
    answer = client.get(URL, query_string=filters)
    assert answer.status_code == 200, answer.get_json()
    return [f"{item['action']} {item['due']}" for item in answer.get_json()["items"]]


@pytest.fixture
def decision(client: FlaskClient, order: dict[str, Any]) -> dict[str, Any]:
    return decide(client, order)


def action_id(decision: dict[str, Any], action: str) -> str:
    names = [duty["action"] for duty in decision["required_actions"]]
    return f"{decision['decision_id']}.{names.index(action)}"


def test_each_required_action_says_who_whom_when_and_why(client: FlaskClient, decision: dict[str, Any]) -> None:
    item = client.get(f"{URL}/{action_id(decision, 'hold')}").get_json()
    assert (item["by"], item["to"], item["due"]) == ("clerk", "manager", "2026-11-26")
    assert item["reasons"] == [{"ruleset": "route", "rule": "R-1", "clause": "第二条"}]
    assert (item["status"], item["overdue"], item["done"]) == ("open", False, None)
    assert (item["decision_id"], item["subject"]) == (decision["decision_id"], "C-1024")
    assert item["policy"] == decision["policy"]


def test_the_soonest_due_comes_first_and_standing_duties_last(client: FlaskClient, decision: dict[str, Any]) -> None:
    assert listed(client) == ["charge 2026-11-23", "hold 2026-11-26", "keep_record None", "watch None"]


def test_filters(client: FlaskClient, order: dict[str, Any], decision: dict[str, Any]) -> None:
    other = decide(client, order, subject="C-2", as_of="2026-11-30")
    assert listed(client, action="hold") == ["hold 2026-11-26", "hold 2026-12-03"]
    assert listed(client, action="hold", subject="C-2") == ["hold 2026-12-03"]
    assert listed(client, to="manager", due_before="2026-12-03") == ["hold 2026-11-26"]
    assert listed(client, due_after="2026-11-26", by="clerk") == ["charge 2026-11-30", "hold 2026-12-03"]
    assert listed(client, due_after="2026-11-25", due_before="2026-11-27") == ["hold 2026-11-26"]
    assert listed(client, due_before="2026-11-24T00:00:00+08:00") == ["charge 2026-11-23"]
    assert listed(client, due_before="2026-11-23T23:59:59+08:00") == []
    assert listed(client, ruleset="route", decision=other["decision_id"]) == ["hold 2026-12-03", "watch None"]
    assert listed(client, by="manager") == []
    assert listed(client, ruleset="rout") == []


def test_pages(client: FlaskClient, order: dict[str, Any]) -> None:
    for day in range(1, 8):
        decide(client, order, as_of=f"2026-11-0{day}")
    everything = listed(client, limit="200")
    seen: list[str] = []
    path: str | None = f"{URL}?limit=3"
    while path:
        answer = client.get(path)
        seen += [f"{item['action']} {item['due']}" for item in answer.get_json()["items"]]
        link = answer.headers.get("Link")
        path = link[1 : link.index(">")] if link else None
    assert seen == everything
    assert len(seen) == 7 * 4


def test_overdue_by_the_business_day_that_it_is(
    client: FlaskClient, clock: StoppedClock, decision: dict[str, Any]
) -> None:
    path = f"{URL}/{action_id(decision, 'charge')}"
    clock.moment = dt.datetime(2026, 11, 23, 15, 59, 59, tzinfo=dt.UTC)
    assert client.get(path).get_json()["overdue"] is False
    clock.moment = dt.datetime(2026, 11, 23, 16, 0, 0, tzinfo=dt.UTC)
    assert client.get(path).get_json()["overdue"] is True
    client.post(f"{path}/done", json={"by": "clerk"})
    assert client.get(path).get_json()["overdue"] is False


def test_done_is_an_entry_of_its_own(client: FlaskClient, ledger: Ledger, decision: dict[str, Any]) -> None:
    before = ledger.get(decision["decision_id"])
    path = f"{URL}/{action_id(decision, 'hold')}"
    report = {"by": "clerk", "at": "2026-11-23T15:00:00+08:00", "note": "by phone"}
    answer = client.post(f"{path}/done", json=report)
    assert answer.status_code == 201
    assert answer.headers["Location"] == path
    done = answer.get_json()["done"]
    assert (done["by"], done["at"], done["note"]) == ("clerk", "2026-11-23T07:00:00.000000Z", "by phone")
    entry = ledger.at(done["receipt"]["index"])
    assert entry is not None
    assert before is not None
    assert (entry.kind, entry.document["subject"]) == ("action_done", "C-1024")
    assert entry.content["decision_id"] == decision["decision_id"]
    assert (entry.content["decision_hash"], entry.content["action"]) == (before.leaf_hash.hex(), "hold")
    after = ledger.get(decision["decision_id"])
    assert after is not None
    assert after.canonical == before.canonical
    assert "hold 2026-11-26" not in listed(client)
    assert listed(client, status="done") == ["hold 2026-11-26"]
    assert "hold 2026-11-26" in listed(client, status="all")
    assert client.get(f"/v1/decisions/{entry.entry_id}").status_code == 404


def test_done_again(client: FlaskClient, ledger: Ledger, decision: dict[str, Any]) -> None:
    path = f"{URL}/{action_id(decision, 'hold')}/done"
    first = client.post(path, json={"by": "clerk"})
    size = ledger.size
    assert (first.status_code, client.post(path, json={"by": " clerk "}).status_code) == (201, 200)
    again = client.post(path, json={"by": "clerk", "at": first.get_json()["done"]["at"]})
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    for other in ({"by": "manager"}, {"by": "clerk", "note": "x"}, {"by": "clerk", "at": "2026-11-23T01:00:00Z"}):
        answer = client.post(path, json=other)
        check(answer, 409, "already-done")
        assert answer.get_json(force=True)["done"] == first.get_json()["done"]
    assert ledger.size == size


def test_the_idempotency_key_is_honoured(client: FlaskClient, ledger: Ledger, decision: dict[str, Any]) -> None:
    hold, charge = (f"{URL}/{action_id(decision, name)}/done" for name in ("hold", "charge"))
    key = {"Idempotency-Key": "k-1"}
    assert client.post(hold, json={"by": "clerk"}, headers=key).status_code == 201
    assert client.post(hold, json={"by": "clerk"}, headers=key).status_code == 200
    size = ledger.size
    check(client.post(hold, json={"by": "manager"}, headers=key), 409, "idempotency-conflict")
    check(client.post(charge, json={"by": "clerk"}, headers=key), 409, "idempotency-conflict")
    assert ledger.size == size


def test_of_two_reports_at_the_same_moment_one_stands(
    client: FlaskClient, ledger: Ledger, decision: dict[str, Any]
) -> None:
    path = f"{URL}/{action_id(decision, 'hold')}/done"
    size = ledger.size
    start = threading.Barrier(8)

    def report(name: int) -> tuple[int, str]:
        start.wait()
        answer = client.application.test_client().post(path, json={"by": f"clerk {name}"})
        return answer.status_code, answer.get_json(force=True)["done"]["by"]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(report, range(8)))
    assert sorted(status for status, _ in answers) == [201, *[409] * 7]
    assert len({by for _, by in answers}) == 1
    assert ledger.size == size + 1


def test_a_report_that_comes_between_the_look_and_the_record(
    client: FlaskClient, ledger: Ledger, decision: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{URL}/{action_id(decision, 'hold')}/done"
    look, missed = ledger.get, []

    def late(entry_id: str) -> Entry | None:
        if entry_id.endswith(".done") and not missed:
            missed.append(entry_id)
            client.post(path, json={"by": "clerk"})
            return None
        return look(entry_id)

    monkeypatch.setattr(ledger, "get", late)
    check(client.post(path, json={"by": "manager"}), 409, "already-done")
    assert missed


@pytest.mark.parametrize(
    ("report", "told"),
    [
        ({}, [("/by", "required")]),
        ({"by": "  "}, [("/by", "blank")]),
        ({"by": "clerk", "at": "2026-11-23T07:20:32Z"}, [("/at", "in-the-future")]),
        ({"by": 7, "at": "today", "when": 1}, [
            ("/when", "unknown-member"), ("/by", "wrong-type"), ("/at", "not-a-date-and-time"),
        ]),
        ([], [("", "wrong-type")]),
    ],
)  # fmt: skip
def test_reports_that_are_not_valid(
    client: FlaskClient, ledger: Ledger, decision: dict[str, Any], report: Any, told: list[tuple[str, str]]
) -> None:
    size = ledger.size
    errors = check(client.post(f"{URL}/{action_id(decision, 'hold')}/done", json=report), 422, "invalid-request")
    assert [(error["pointer"], error["code"]) for error in errors] == told
    assert ledger.size == size


@pytest.mark.parametrize("end", ["", ".0", ".x", ".00", ".99", ".0.done"])
def test_unknown_actions(client: FlaskClient, decision: dict[str, Any], end: str) -> None:
    known = decision["decision_id"] if end not in ("", ".0") else NOBODY
    check(client.get(f"{URL}/{known}{end}"), 404, "not-found")
    check(client.post(f"{URL}/{known}{end}/done", json={"by": "clerk"}), 404, "not-found")


def test_queries_that_are_not_valid(client: FlaskClient) -> None:
    query = "status=late&due_before=soon&limit=0&cursor=x&who=clerk&by=a&by=b"
    errors = check(client.get(f"{URL}?{query}"), 422, "invalid-query")
    assert {(error["parameter"], error["code"]) for error in errors} == {
        ("status", "not-allowed-value"), ("due_before", "not-a-date"), ("limit", "bad-limit"),
        ("cursor", "bad-cursor"), ("who", "unknown-parameter"), ("by", "repeated"),
    }  # fmt: skip
