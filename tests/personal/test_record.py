"""Personal facts, and what is made of them, stand sealed in the record and in the open in the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from service.config import Settings
from service.decide import DecisionService
from service.ledger import Entry, LedgerUnreadable
from service.personal import Opened, SubjectKeys, Unopened, Vault
from service.personal.vault import Altered
from service.repository import LoadedPolicy, check_texts, load_policy, read_texts
from service.request import request_hash
from tests.personal.conftest import FACTS, FOLDER, MARKERS, REQUEST, decided, found


def entry_of(service: DecisionService, decision: str) -> Entry:
    entry = service.ledger.get(decision)
    assert entry is not None
    return entry


def test_the_answer_is_in_the_open_and_comes_again(client: FlaskClient) -> None:
    answer = decided(client)
    values = {"greeted": True, "words": "Dear Zebulon-Quixote-7731", "age": 39}
    assert answer["outcomes"]["greeting"]["values"] == values
    assert "feather-98431" in answer["outcomes"]["first_contact"]["detail"]
    assert [duty["due"] for duty in answer["required_actions"]] == ["2026-12-19", "2026-11-24"]
    assert answer["required_actions"][0]["params"] == {"words": "ZEBULON-QUIXOTE-7731", "style": "plain"}
    assert client.get(f"/v1/decisions/{answer['decision_id']}").get_json() == answer


def test_the_entry_has_null_for_all_of_it_and_says_where(client: FlaskClient, service: DecisionService) -> None:
    content = entry_of(service, decided(client)["decision_id"]).content
    facts = dict.fromkeys(("name", "birthday", "weight"))
    assert content["facts"] == {"person": {**facts, "employed": True}, "contacts": None}
    assert content["outcomes"]["greeting"]["values"] == {"greeted": True, "words": None, "age": None}
    assert content["personal"]["members"] == [
        "/facts/contacts",
        "/facts/person/birthday",
        "/facts/person/name",
        "/facts/person/weight",
        "/outcomes/first_contact/detail",
        "/outcomes/greeting/values/age",
        "/outcomes/greeting/values/words",
        "/required_actions/0/due",
        "/required_actions/0/params/words",
    ]


def test_nothing_of_it_is_in_any_file(client: FlaskClient, settings: Settings) -> None:
    for number in range(3):
        decided(client, key=f"k{number}", subject=f"P-{number}")
    decided(client, subject=None)
    assert found(settings.data_dir, *MARKERS) == set()


def test_the_deadline_is_where_open_work_is_listed(client: FlaskClient, settings: Settings) -> None:
    """The one exception, until the subject is erased: what is due is listed by the day it is due."""
    decided(client)
    actions = client.get("/v1/actions?due_before=2026-12-31&due_after=2026-12-01").get_json()["items"]
    assert [(one["action"], one["due"]) for one in actions] == [("greet", "2026-12-19")]
    assert (actions[0]["params"], actions[0]["sealed"]) == ({"words": None, "style": "plain"}, ["params/words"])
    one = client.get(f"/v1/actions/{actions[0]['action_id']}").get_json()
    assert (one["params"]["words"], "sealed" in one) == ("ZEBULON-QUIXOTE-7731", False)
    assert found(settings.data_dir, "2026-12-19") == {"register.sqlite: b'2026-12-19'"}
    assert found(settings.data_dir, *MARKERS[:-1]) == set()


def test_the_search_for_markers_would_find_them(
    policy: LoadedPolicy, client: FlaskClient, service: DecisionService, settings: Settings
) -> None:
    """Under a policy to which they are not personal, they are in the ledger."""
    texts = {name: text.replace("personal", "internal") for name, text in read_texts(FOLDER).items()}
    service.adopt(load_policy(check_texts(texts)))
    decided(client)
    assert {one.partition(":")[0] for one in found(settings.data_dir, *MARKERS)} >= {"ledger.sqlite-wal"}


def test_what_no_ruleset_reads_is_not_recorded_at_all(client: FlaskClient, service: DecisionService) -> None:
    answer = decided(client, decide=["first_contact"], facts={**FACTS, "contacts": []})
    entry = service.vault.opened(entry_of(service, answer["decision_id"]))
    assert entry.content["facts"] == {"person": {"weight": "feather-98431", "employed": True}, "contacts": []}
    bare = decided(client, decide=["first_contact"], facts={"person": {"religion": "marker-faith-5512"}})
    content = entry_of(service, bare["decision_id"]).content
    assert (content["facts"], content["personal"]["members"]) == ({}, [])
    assert "sealed" not in content["personal"]


def test_the_hash_of_the_request_cannot_be_guessed_from(client: FlaskClient, service: DecisionService) -> None:
    entry = entry_of(service, decided(client)["decision_id"])
    assert entry.request_hash != request_hash(REQUEST)
    assert entry.request_hash == service.vault.request_hash(entry, request_hash(REQUEST))


@pytest.mark.parametrize("subject", ["P-1", None])
def test_a_retry_finds_the_same_decision(client: FlaskClient, subject: str | None) -> None:
    answer = decided(client, key="k", subject=subject)
    assert decided(client, key="k", subject=subject) == answer
    other = {**REQUEST, "subject": subject, "facts": {**FACTS, "contacts": []}}
    refused = client.post("/v1/decisions", json=other, headers={"Idempotency-Key": "k"})
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/idempotency-conflict")


def test_two_at_once_without_a_subject_are_one(service: DecisionService, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looks the key up before the first is recorded; each has a key of its own by then."""
    value = {**REQUEST, "subject": None}
    first = service.submit(value, "k")
    real, calls = service.ledger.find_key, iter([None])
    monkeypatch.setattr(service.ledger, "find_key", lambda key: next(calls, real(key)))
    second = service.submit(value, "k")
    assert (second.decision_id, second.document, second.replayed) == (first.decision_id, first.document, True)


def test_a_batch_is_sealed_and_found_again(client: FlaskClient, settings: Settings) -> None:
    items = {"items": [REQUEST, {**REQUEST, "subject": None}, {**REQUEST, "subject": "P-2"}]}
    first, second = (client.post("/v1/decisions/batch", json=items, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert [one["status"] for one in first.get_json()["items"]] == [201, 201, 201]
    assert [one["status"] for one in second.get_json()["items"]] == [200, 200, 200]
    assert [one["decision"] for one in second.get_json()["items"]] == [
        one["decision"] for one in first.get_json()["items"]
    ]
    assert found(settings.data_dir, *MARKERS) == set()


def test_a_decision_with_personal_facts_is_never_a_draft_as_it_is(service: DecisionService) -> None:
    with pytest.raises(AssertionError, match="sealed or not at all"):
        service.decision(REQUEST).draft(None, request_hash(REQUEST))


def test_a_request_without_personal_facts_has_no_key(client: FlaskClient, service: DecisionService) -> None:
    answer = decided(client, decide=["first_contact"], facts={"person": {"employed": True}})
    assert "personal" not in entry_of(service, answer["decision_id"]).content
    assert list(service.vault.keys.owners()) == []


def test_explanation_and_replay_open_what_is_sealed(client: FlaskClient) -> None:
    for changes in ({}, {"subject": None}, {"decide": ["first_contact"]}):
        decision = decided(client, **changes)["decision_id"]
        assert client.get(f"/v1/decisions/{decision}/replay").get_json()["same"] is True
        explained = client.get(f"/v1/decisions/{decision}/explanation")
        assert b"Hieronymus-2207" in explained.data


def test_a_blob_of_another_entry_opens_nothing(client: FlaskClient, service: DecisionService) -> None:
    one, other = (entry_of(service, decided(client)["decision_id"]) for _ in range(2))
    document = orjson.loads(one.canonical)
    document["content"]["personal"]["sealed"] = other.content["personal"]["sealed"]
    with pytest.raises(Altered, match=f"entry {one.index} "):
        service.vault.opened(Entry(one.index, one.leaf_hash, orjson.dumps(document)))
    assert issubclass(Altered, LedgerUnreadable)


def test_an_opened_entry_is_still_the_entry_of_the_log(client: FlaskClient, service: DecisionService) -> None:
    entry = entry_of(service, decided(client)["decision_id"])
    opened = service.vault.opened(entry)
    assert isinstance(opened, Opened)
    assert (opened.canonical, opened.leaf_hash, opened.entry_id) == (entry.canonical, entry.leaf_hash, entry.entry_id)
    assert service.vault.sealed_again(entry, opened.content) == entry.content


def test_without_its_key_an_entry_shows_null(client: FlaskClient, service: DecisionService) -> None:
    entry = entry_of(service, decided(client)["decision_id"])
    stranger = Vault(SubjectKeys.in_memory())
    assert stranger.shown(entry) is entry
    with pytest.raises(Unopened):
        stranger.opened(entry)


def test_a_table_of_keys_that_is_not_the_ledgers_is_told(
    client: FlaskClient, service: DecisionService, tmp_path: Path
) -> None:
    decision = decided(client)["decision_id"]
    service.vault.keys = SubjectKeys.open(tmp_path / "other.sqlite")
    for what in ("explanation", "replay"):
        answer = client.get(f"/v1/decisions/{decision}/{what}")
        assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/key-missing")
    service.vault.keys.close()


def test_a_table_of_keys_that_fails_records_nothing(client: FlaskClient, service: DecisionService, keys: Any) -> None:
    before = service.ledger.size
    keys.close()
    answer = client.post("/v1/decisions", json=REQUEST)
    assert (answer.status_code, answer.get_json()["type"]) == (503, "/problems/ledger-unavailable")
    assert service.ledger.size == before
