"""Releases on record: which one decides, for which day, as known at which moment."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient

from rules.check import check, release_id
from rules.syntax import load
from service.api import create_app
from service.decide import Decider, DecisionService
from service.ledger import Ledger
from service.releases import Release, ReleaseBook, ReleaseUnusable, in_force
from tests.service.conftest import CountedIds, StoppedClock
from tests.service.releases import release, texts

URL = "/v1/decisions"
HOUR = dt.timedelta(hours=1)


def recorded(name: str, effective_from: str | None, hour: int) -> Release:
    day = None if effective_from is None else dt.date.fromisoformat(effective_from)
    return Release(name, name, None, day, dt.datetime(2026, 11, 1, hour, tzinfo=dt.UTC), name, hour, "")


PLANNED = [recorded("old", "2026-01-01", 1), recorded("planned", "2026-07-01", 2), recorded("mended", "2026-01-01", 3)]
ALWAYS = [recorded("always", None, 1), recorded("later", "2026-07-01", 2)]
LATE = [recorded("summer", "2026-07-01", 1), recorded("spring", "2026-04-01", 2), recorded("again", "2026-04-01", 3)]


@pytest.mark.parametrize(
    ("releases", "as_of", "known_hour", "holds"),
    [
        (PLANNED, "2026-03-01", None, "mended"),
        (PLANNED, "2026-03-01", 1, "old"),
        (PLANNED, "2026-03-01", 2, "old"),
        (PLANNED, "2026-03-01", 3, "mended"),
        (PLANNED, "2026-08-01", 1, "old"),
        (PLANNED, "2026-08-01", 2, "planned"),
        (PLANNED, "2026-08-01", None, "mended"),
        (PLANNED, "2026-07-01", 2, "planned"),
        (PLANNED, "2026-06-30", 2, "old"),
        (PLANNED, "2025-12-31", None, "mended"),
        (PLANNED, "2025-12-31", 1, "old"),
        (PLANNED, "2026-08-01", 0, None),
        (ALWAYS, "2026-06-30", None, "always"),
        (ALWAYS, "1900-01-01", None, "always"),
        (ALWAYS, "2026-07-01", None, "later"),
        (ALWAYS, "2026-07-01", 1, "always"),
        (LATE, "2026-01-01", None, "again"),
        (LATE, "2026-01-01", 2, "spring"),
        (LATE, "2026-01-01", 1, "summer"),
        ([], "2026-01-01", None, None),
    ],
)
def test_the_release_in_force(releases: list[Release], as_of: str, known_hour: int | None, holds: str | None) -> None:
    known_at = None if known_hour is None else dt.datetime(2026, 11, 1, known_hour, 30, tzinfo=dt.UTC)
    found = in_force(releases, dt.date.fromisoformat(as_of), known_at)
    assert (found.hash if found else None) == holds


def test_a_release_known_to_the_microsecond() -> None:
    first, second, _ = PLANNED
    day = dt.date(2026, 8, 1)
    assert in_force(PLANNED, day, second.recorded_at) == second
    assert in_force(PLANNED, day, second.recorded_at - dt.timedelta(microseconds=1)) == first


@pytest.fixture
def service(clock: StoppedClock, ledger: Ledger) -> DecisionService:
    """Three releases an hour apart: from 1000 is large, then from 2000 in 2027, then from 500 after all."""
    made = DecisionService(Decider(release(1000, "1", "2026-01-01"), "always", clock, CountedIds()), ledger)
    clock.moment += HOUR
    made.adopt(release(2000, "2", "2027-01-01"))
    clock.moment += HOUR
    made.adopt(release(500, "1a", "2026-01-01"))
    clock.moment += HOUR
    return made


@pytest.fixture
def client(service: DecisionService) -> FlaskClient:
    return create_app(service).test_client()


def ask(client: FlaskClient, amount: int, **members: Any) -> tuple[str, str]:
    """The label of the release that decides, and the size of an order."""
    body = {"decide": ["size"], "facts": {"order": {"amount": str(amount), "count": 1}}, **members}
    answer = client.post(URL, json=body)
    assert answer.status_code == 201, answer.get_json()
    document = answer.get_json()
    return document["policy"]["label"], document["outcomes"]["size"]["values"]["size"]


def test_the_day_and_the_knowledge_choose(client: FlaskClient) -> None:
    second, first = "2026-11-23T08:30:00Z", "2026-11-23T15:30:00+08:00"
    assert ask(client, 700) == ("1a", "large")
    assert ask(client, 700, as_of="2026-03-01", known_at=second) == ("1", "small")
    assert ask(client, 1500, as_of="2027-03-01", known_at=second) == ("2", "small")
    assert ask(client, 1500, as_of="2027-03-01", known_at=first) == ("1", "large")
    assert ask(client, 1500, as_of="2027-03-01") == ("1a", "large")
    assert ask(client, 700, as_of="2001-03-01", known_at=first) == ("1", "small")
    assert ask(client, 700, known_at=None) == ("1a", "large")


@pytest.mark.parametrize(
    ("known_at", "code"),
    [
        ("2026-11-23T07:20:31.123455Z", "before-any-release"),
        ("2026-11-23T10:20:31.123457Z", "in-the-future"),
        ("2026-11-23", "not-a-date-and-time"),
        ("2026-11-23T07:20:31", "not-a-date-and-time"),
        ("2026-11-23T25:20:31Z", "not-a-date-and-time"),
        ("0001-01-01T00:00:00+23:59", "not-a-date-and-time"),
        (7, "wrong-type"),
    ],
)
def test_knowledge_that_cannot_be_meant(client: FlaskClient, ledger: Ledger, known_at: Any, code: str) -> None:
    body = {"decide": ["siz"], "facts": {}, "known_at": known_at}
    answer = client.post(URL, json=body)
    assert answer.status_code == 422
    told = {(error["pointer"], error["code"]) for error in answer.get_json()["errors"]}
    assert told == {("/known_at", code), ("/decide/0", "unknown-ruleset")}
    assert ledger.size == 3


def test_the_moment_of_knowledge_is_on_record(client: FlaskClient, ledger: Ledger) -> None:
    ask(client, 700, known_at="2026-11-23T16:00:00+08:00")
    ask(client, 700)
    kept = [ledger.at(index) for index in (3, 4)]
    assert [entry.content["known_at"] for entry in kept if entry] == ["2026-11-23T08:00:00.000000Z", None]


def test_the_vocabulary_is_that_of_the_release_that_decides(clock: StoppedClock, ledger: Ledger) -> None:
    made = DecisionService(Decider(release(effective_from="2026-01-01"), "always", clock, CountedIds()), ledger)
    made.adopt(release(effective_from="2027-01-01", label="2", **{"maximum: 1000": "maximum: 10"}))
    client = create_app(made).test_client()
    order = {"decide": ["size"], "facts": {"order": {"amount": "1", "count": 11}}}
    assert client.post(URL, json={**order, "as_of": "2026-12-31"}).status_code == 201
    refused = client.post(URL, json={**order, "as_of": "2027-01-01"})
    assert [error["pointer"] for error in refused.get_json()["errors"]] == ["/facts/order/count"]


def test_a_release_comes_into_force_on_its_day(clock: StoppedClock, ledger: Ledger) -> None:
    made = DecisionService(Decider(release(effective_from="2026-01-01"), "always", clock, CountedIds()), ledger)
    made.adopt(release(2000, "2", "2026-11-24"))
    client = create_app(made).test_client()
    midnight = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)  # in Shanghai
    for moment, label in ((midnight - dt.timedelta(microseconds=1), "1"), (midnight, "2")):
        clock.moment = moment
        assert ask(client, 1)[0] == label
        assert client.get("/readyz").get_json()["policy"]["label"] == label
        assert client.get("/v1/rulesets").get_json()["policy"]["label"] == label
        assert client.get("/openapi.json").get_json()["info"]["description"].startswith(f"policy {label},")


def test_an_entry_holds_the_whole_release(service: DecisionService, ledger: Ledger) -> None:
    entry = ledger.at(1)
    assert entry is not None
    content = entry.content
    files = {name: text for name, text in texts(2000, "2", "2027-01-01").items() if not name.endswith(".test.yaml")}
    assert (entry.kind, content["files"], content["author"]) == ("release", files, "Shop keeper")
    assert content["release"] == release_id(files) == check(load(files)).release
    assert (content["label"], content["effective_from"], len(content["engines"])) == ("2", "2027-01-01", 2)


def test_the_same_release_is_not_recorded_twice_in_a_row(service: DecisionService, ledger: Ledger) -> None:
    service.adopt(release(500, "1a", "2026-01-01"))
    assert ledger.size == 3
    DecisionService(service.decider, ledger)
    assert ledger.size == 3
    service.adopt(release(1000, "1", "2026-01-01"))
    assert [one.label for one in service.releases.releases] == ["1", "2", "1a", "1"]
    assert [one.label for one in ReleaseBook(ledger).releases] == ["1", "2", "1a", "1"]


def test_many_releases_are_read_in_order(clock: StoppedClock, ledger: Ledger) -> None:
    policies = [release(1000, "1"), release(2000, "2")]
    made = DecisionService(Decider(policies[0], "off", clock, CountedIds()), ledger)
    for number in range(1, 25):
        made.adopt(policies[number % 2])
    assert [one.index for one in ReleaseBook(ledger).releases] == list(range(25))


def test_old_releases_are_explained_by_their_own_rules(client: FlaskClient, service: DecisionService) -> None:
    ask(client, 700, known_at="2026-11-23T07:30:00Z")
    decision = client.get(URL).get_json()["items"][0]["decision_id"]
    answer = client.get(f"{URL}/{decision}/explanation")
    (ruleset,) = answer.get_json()["rulesets"]
    assert [rule["id"] for rule in ruleset["rules"] if rule["fired"]] == ["S-2"]
    reads = {read["name"]: read["value"] for read in ruleset["rules"][0]["conditions"][0]["reads"]}
    assert reads["large_from"] == "1000.00"


def test_more_releases_than_are_kept_compiled(clock: StoppedClock, ledger: Ledger) -> None:
    made = DecisionService(Decider(release(100, "0"), "always", clock, CountedIds()), ledger)
    moments = []
    for number in range(1, 7):
        moments.append(clock.moment.isoformat())
        clock.moment += HOUR
        made.adopt(release(100 * (number + 1), str(number)))
    client = create_app(made).test_client()
    for number, moment in enumerate(moments):
        assert ask(client, 100 * (number + 1), known_at=moment) == (str(number), "large")
        assert ask(client, 100 * (number + 1) - 1, known_at=moment) == (str(number), "small")


def test_the_list_of_releases(client: FlaskClient, ledger: Ledger) -> None:
    items = client.get("/v1/releases").get_json()["items"]
    assert [item["label"] for item in items] == ["1a", "2", "1"]
    assert [item["in_force"] for item in items] == [True, False, False]
    assert [item["effective_from"] for item in items] == ["2026-01-01", "2027-01-01", "2026-01-01"]
    assert [item["receipt"]["index"] for item in items] == [2, 1, 0]
    assert items[0]["recorded_at"] == "2026-11-23T09:20:31.123456Z"


def test_one_release_with_its_files(client: FlaskClient) -> None:
    (head, *_) = client.get("/v1/releases").get_json()["items"]
    one = client.get(f"/v1/releases/{head['release']}").get_json()
    assert head.items() <= one.items()
    assert "value: 500.00" in one["files"]["parameters.yaml"]
    missing = client.get("/v1/releases/sha256:00")
    assert (missing.status_code, missing.content_type) == (404, "application/problem+json")


def test_releases_are_no_decisions(client: FlaskClient, ledger: Ledger) -> None:
    ask(client, 1)
    page = client.get(URL, query_string={"limit": 1}).get_json()
    assert (len(page["items"]), page["next"]) == (1, None)
    stored = ledger.at(0)
    assert stored is not None
    for path in ("", "/explanation", "/replay"):
        assert client.get(f"{URL}/{stored.entry_id}{path}").status_code == 404


def test_a_release_that_the_ledger_does_not_hold(service: DecisionService) -> None:
    with pytest.raises(ReleaseUnusable, match="the ledger holds no release sha256:00"):
        service.releases.policy("sha256:00")


def test_a_release_that_this_program_cannot_carry_out(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("service.releases.check_texts", lambda _: check(load({})))
    body = {"decide": ["size"], "facts": {}, "known_at": "2026-11-23T07:30:00Z"}
    answer = client.post(URL, json=body)
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/release-unusable")
    assert "missing-file" in caplog.text
