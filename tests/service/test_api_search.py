"""`GET /v1/decisions`: filters, pages, summaries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.conftest import StoppedClock
from tests.service.test_api_problems import check

URL = "/v1/decisions"


@pytest.fixture
def decided(client: FlaskClient, clock: StoppedClock, order: dict[str, Any]) -> list[str]:
    """Seven decisions, a day apart: amounts 998 to 1004, every other one about C-1."""
    ids = []
    for number in range(7):
        order["subject"] = f"C-{number % 2}"
        order["facts"]["order"]["amount"] = str(998 + number)
        order["decide"] = ["route"] if number < 6 else ["tags", "size"]
        ids.append(client.post(URL, json=order).get_json()["decision_id"])
        clock.moment += dt.timedelta(days=1)
    return ids


def found(client: FlaskClient, **query: Any) -> list[str]:
    answer = client.get(URL, query_string={name.rstrip("_"): value for name, value in query.items()})
    return [item["decision_id"] for item in answer.get_json()["items"]]


def test_newest_first(client: FlaskClient, decided: list[str]) -> None:
    assert found(client) == decided[::-1]


def test_filters(client: FlaskClient, decided: list[str]) -> None:
    assert found(client, subject="C-1") == decided[5::-2]
    assert found(client, ruleset="tags") == decided[6:]
    assert found(client, outcome="large") == decided[:1:-1]
    assert found(client, outcome="small", ruleset="size") == decided[1::-1]
    assert found(client, from_="2026-11-24", to="2026-11-25") == decided[2:0:-1]
    assert found(client, from_="2026-11-29") == decided[6:]
    assert found(client, subject="C-1", outcome="small") == [decided[1]]
    assert found(client, subject="nobody") == []


def test_filters_on_what_came_out(client: FlaskClient, decided: list[str]) -> None:
    assert found(client, rule="S-2") == decided[1::-1]
    assert found(client, clause="第三条") == decided[6:]
    assert found(client, action="hold", subject="C-0") == decided[4:1:-2]
    assert found(client, status="undecided") == []
    assert found(client, release="1") == found(client, reviewed="none") == decided[::-1]
    assert found(client, release="2") == found(client, caller="x") == found(client, reviewed="confirmed") == []


def test_words(client: FlaskClient, decided: list[str]) -> None:
    assert found(client, q="金额") == found(client, q='"The AMOUNT is large"') == decided[:1:-1]
    assert found(client, q="大额 OR 金额") == []
    assert found(client, q="金额 -标签 C-1") == decided[5:2:-2]
    assert found(client, q="特殊", subject="C-0") == decided[6::-2]


def test_what_is_no_question(client: FlaskClient) -> None:
    errors = check(client.get(URL, query_string={"q": '--a * "b', "status": "large", "day": "x"}), 422, "invalid-query")
    assert [(error["parameter"], error["code"]) for error in errors] == [
        ("day", "unknown-parameter"), ("status", "not-allowed-value"), ("q", "misplaced-minus"), ("q", "no-word"),
        ("q", "unclosed-quote"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["NEAR(a b", "a:b", "^a", "{x} : y", "'; DROP TABLE texts; --x", "a MATCH 1", "\x00b"])
def test_no_syntax_of_the_index_can_be_reached(client: FlaskClient, decided: list[str], text: str) -> None:
    answer = client.get(URL, query_string={"q": text})
    assert answer.status_code in (200, 422)
    assert len(found(client)) == len(decided)


def test_facets(client: FlaskClient, decided: list[str]) -> None:
    page = client.get(f"{URL}/facets", query_string={"subject": "C-1"}).get_json()
    assert page["decisions"] == 3
    assert page["facets"]["rule"] == [
        {"name": "R-1", "decisions": 2}, {"name": "S-1", "decisions": 2}, {"name": "S-2", "decisions": 1},
    ]  # fmt: skip
    assert {"ruleset": "size", "name": "large", "decisions": 2} in page["facets"]["outcome"]
    assert [one["name"] for one in page["facets"]["day"]] == ["2026-11-24", "2026-11-26", "2026-11-28"]
    assert (page["facets"]["release"][0]["label"], page["facets"]["caller"]) == ("1", [])
    assert page["facets"]["reviewed"] == [{"name": "none", "decisions": 3}]
    check(client.get(f"{URL}/facets?limit=1&cursor=2"), 422, "invalid-query")


def test_undecided_ones_are_found_by_their_status(client: FlaskClient, decided: list[str]) -> None:
    assert found(client, outcome="undecided") == []
    one = client.post(URL, json={"decide": ["size"], "facts": {}}).get_json()["decision_id"]
    assert found(client, outcome="undecided", ruleset="size") == [one]


def test_pages(client: FlaskClient, decided: list[str]) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        answer = client.get(URL, query_string={"limit": 3} | ({"cursor": cursor} if cursor else {}))
        page = answer.get_json()
        seen += [item["decision_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            assert "Link" not in answer.headers
            break
        assert answer.headers["Link"] == f'</v1/decisions?limit=3&cursor={cursor}>; rel="next"'
    assert seen == decided[::-1]


def test_the_link_keeps_the_filters(client: FlaskClient, decided: list[str]) -> None:
    answer = client.get(URL, query_string={"subject": "C-0", "limit": 1, "from": "2026-11-01"})
    target = answer.headers["Link"].split(">")[0][1:]
    assert [item["decision_id"] for item in client.get(target).get_json()["items"]] == [decided[4]]


def test_a_summary(client: FlaskClient, decided: list[str]) -> None:
    item = client.get(URL, query_string={"limit": 1}).get_json()["items"][0]
    assert item["decision_id"] == decided[-1]
    assert item["asked"] == ["tags", "size"]
    assert item["outcomes"]["size"] == {
        "status": "decided",
        "values": {"size": "large", "fee": "15.06", "pieces": 8},
    }
    assert set(item["actions"]) == {"charge", "watch", "keep_record"}
    assert item["receipt"]["index"] == 7
