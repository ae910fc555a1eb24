"""Decisions decided again from their entries: the same bytes, or every difference told."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from service.cli import main
from service.decide import Decider, DecisionService
from service.ledger import Draft, Entry, Facet, Ledger
from service.repository import LoadedPolicy
from tests.service.conftest import CountedIds, StoppedClock
from tests.service.releases import release
from tests.service.test_crosscheck import Wrong

URL = "/v1/decisions"
ANOTHER = "01a20747-1e93-774b-8000-00000000ffff"


@pytest.fixture
def decided(client: FlaskClient, service: DecisionService, order: dict[str, Any]) -> list[str]:
    """Decisions of every status under two releases, with keys, subjects and knowledge."""
    bodies = [
        order,
        {"decide": ["size"], "facts": {"order": {"amount": "5", "count": 1}}, "as_of": "2024-02-29"},
        {"decide": ["size", "route"], "facts": {}},
        {**order, "known_at": "2026-11-23T07:20:31.123456Z"},
    ]
    ids = []
    for large_from in (1000, 2000):
        service.adopt(release(large_from))
        for number, body in enumerate(bodies):
            answer = client.post(URL, json=body, headers={"Idempotency-Key": f"{large_from}-{number}"})
            assert answer.status_code == 201
            ids.append(answer.get_json()["decision_id"])
    return ids


def replayed(client: FlaskClient, decision: str) -> dict[str, Any]:
    answer = client.get(f"{URL}/{decision}/replay")
    assert answer.status_code == 200
    document: dict[str, Any] = answer.get_json()
    assert document["decision_id"] == decision
    return document


def entry_of(ledger: Ledger, decision: str) -> Entry:
    entry = ledger.get(decision)
    assert entry is not None
    return entry


def forge(ledger: Ledger, decision: str, content: dict[str, Any], facets: Any = None) -> str:
    """Append what no decision led to; its id."""
    entry = entry_of(ledger, decision)
    stored = entry.document
    kept = [Facet(*facet) for facet in stored["facets"]] if facets is None else facets
    ledger.append(
        Draft(
            kind="decision",
            entry_id=ANOTHER,
            subject=stored["subject"],
            as_of=dt.date.fromisoformat(stored["as_of"]),
            decided_at=dt.datetime.fromisoformat(stored["decided_at"]),
            key_hash=None,
            request_hash=entry.request_hash,
            content=content,
            facets=tuple(kept),
        )
    )
    return ANOTHER


def test_every_decision_is_the_same(client: FlaskClient, decided: list[str]) -> None:
    for decision in decided:
        assert replayed(client, decision) == {"decision_id": decision, "same": True, "differences": []}


def test_a_dispute_is_derived_again(policy: LoadedPolicy, clock: StoppedClock, ledger: Ledger, order: Any) -> None:
    service = DecisionService(
        Decider(replace(policy, engine=Wrong(policy)), "always", clock, CountedIds()), ledger
    )
    decision = service.submit(order).decision_id
    assert service.replay(decision) == ()


def test_an_engine_that_was_wrong_unseen_is_found(
    policy: LoadedPolicy, clock: StoppedClock, ledger: Ledger, order: Any
) -> None:
    service = DecisionService(Decider(replace(policy, engine=Wrong(policy)), "off", clock, CountedIds()), ledger)
    found = service.replay(service.submit(order).decision_id)
    assert found is not None
    assert {difference.engine for difference in found} == {"interpreter"}
    assert "/content/outcomes/size/values/size" in {difference.at for difference in found}


def test_a_changed_outcome_is_found_by_both_engines(client: FlaskClient, ledger: Ledger, decided: list[str]) -> None:
    content = orjson.loads(orjson.dumps(entry_of(ledger, decided[0]).content))
    content["outcomes"]["size"]["values"]["fee"] = "16.00"
    differences = replayed(client, forge(ledger, decided[0], content))["differences"]
    assert len({difference.pop("engine") for difference in differences}) == 2
    place = {"pointer": "/content/outcomes/size/values/fee", "recorded": "16.00", "replayed": "15.00"}
    assert differences == [place, place]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda content: content.update(status="error"), "/content/status"),
        (lambda content: content["required_actions"].pop(), r"/content/required_actions/\d+"),
        (lambda content: content["missing_facts"].append("order.day"), "/content/missing_facts/0"),
        (lambda content: content["policy"].update(label="9"), "/content/policy/label"),
        (lambda content: content.update(disagreements=[]), "/content/disagreements"),
        (lambda content: content["facts"]["order"].update(amount="1000"), "/content/facts/order/amount"),
        (lambda content: content["facts"]["order"].update(amount="many"), "/content/facts/order/amount"),
        (lambda content: content.update(asked=["nothing"]), "/content/asked/0"),
    ],
)
def test_whatever_was_changed_is_named(
    client: FlaskClient, ledger: Ledger, decided: list[str], change: Any, pointer: str
) -> None:
    content = orjson.loads(orjson.dumps(entry_of(ledger, decided[0]).content))
    change(content)
    document = replayed(client, forge(ledger, decided[0], content))
    assert document["same"] is False
    assert re.fullmatch(pointer, document["differences"][0]["pointer"])


def test_what_it_is_found_by_is_compared_too(client: FlaskClient, ledger: Ledger, decided: list[str]) -> None:
    forged = forge(ledger, decided[0], entry_of(ledger, decided[0]).content, [Facet("size", "decided", "size", "tiny")])
    assert replayed(client, forged)["differences"][0]["pointer"].startswith("/facets/0/")


def test_a_decision_that_is_not_there(client: FlaskClient) -> None:
    for name in (ANOTHER, "nope", "é"):
        assert client.get(f"{URL}/{name}/replay").status_code == 404


def run(ledger: Ledger, *args: str) -> Result:
    folder = Path(ledger.path).parent
    return CliRunner().invoke(main, ["replay", *args, "--data-dir", str(folder)])


def test_the_command_beside_the_service(ledger: Ledger, decided: list[str]) -> None:
    done = run(ledger, "--all")
    assert (done.exit_code, done.stdout) == (0, "8 replayed, all the same\n")
    assert run(ledger, decided[3]).stdout == "1 replayed, all the same\n"
    assert run(ledger, "--since", "2026-11-23").stdout == "8 replayed, all the same\n"
    assert run(ledger, "--since", "2026-11-24").stdout == "0 replayed, all the same\n"


def test_the_command_after_the_service(ledger: Ledger, decided: list[str]) -> None:
    ledger.close()
    assert run(ledger, "--all").stdout == "8 replayed, all the same\n"


def test_the_command_names_what_differs(ledger: Ledger, decided: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.cli.replay._EVERY", 0)
    content = orjson.loads(orjson.dumps(entry_of(ledger, decided[0]).content))
    content["outcomes"]["size"]["values"]["fee"] = "16.00"
    forge(ledger, decided[0], content)
    done = run(ledger, "--all")
    assert done.exit_code == 1
    assert f"decision {ANOTHER} (entry 10) differs\n  /content/outcomes/size/values/fee" in done.stdout
    assert '    recorded  "16.00"\n    replayed  "15.00"\n' in done.stdout
    assert done.stdout.endswith("9 replayed, 1 differ\n")
    assert "1 replayed, 0 differ\n" in done.stderr


def test_the_command_goes_on_after_a_release_that_is_not_there(ledger: Ledger, decided: list[str]) -> None:
    content = orjson.loads(orjson.dumps(entry_of(ledger, decided[0]).content))
    content["policy"]["release"] = "sha256:00"
    forge(ledger, decided[0], content)
    done = run(ledger, "--all")
    assert (done.exit_code, "9 replayed, 1 differ" in done.stdout) == (1, True)
    assert "cannot be decided again: the ledger holds no release sha256:00" in done.stdout


@pytest.mark.parametrize("args", [[], ["--all", "--since", "2026-11-23"], ["x", "--all"], ["--since", "soon"]])
def test_what_the_command_does_not_take(ledger: Ledger, args: list[str]) -> None:
    assert run(ledger, *args).exit_code == 2


def test_where_there_is_nothing_to_replay(ledger: Ledger, tmp_path: Path) -> None:
    missing = run(ledger, ANOTHER)
    assert (missing.exit_code, missing.stderr) == (1, f"error: the ledger holds no decision `{ANOTHER}`\n")
    nothing = CliRunner().invoke(main, ["replay", "--all", "--data-dir", str(tmp_path / "none")])
    assert (nothing.exit_code, nothing.stderr.count("\n")) == (1, 1)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "ledger.sqlite").write_bytes(b"no ledger at all" * 100)
    other = CliRunner().invoke(main, ["replay", "--all", "--data-dir", str(tmp_path / "other")])
    assert (other.exit_code, other.stderr.count("\n")) == (1, 1)
