"""Who may read which recorded decision: owners their own, others by the policy's own ruleset, all on record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api import create_app
from service.callers.guard import Guard
from service.callers.issue import issue
from service.callers.key_file import KeyFile
from service.callers.scopes import Role, Scope
from service.callers.settings import CallerSettings
from service.decide import Decider, DecisionService
from service.ledger import Entry, Log, Places
from service.repository import LoadedPolicy, check_texts, load_policy
from tests.conftest import policy_texts
from tests.ledger.helpers import draft
from tests.service.conftest import CountedIds, StoppedClock

URL = "/v1/decisions"
PROFILE = "between 30 and 50"
CARD: dict[str, Any] = {
    "subject": "C-1",
    "decide": ["transaction_card"],
    "facts": {"card": {"management_age_profile": PROFILE}},
}
LIMIT = {
    "subject": "C-2", "decide": ["customer_database_access"],
    "facts": {"access": {"role": "external"}},
}  # fmt: skip
PARTS = ("", "/explanation", "/replay", "/receipt")


@pytest.fixture(scope="module")
def real() -> LoadedPolicy:
    return load_policy(check_texts(policy_texts()))


class House:
    """A service with keys; asks in the name of one of them."""

    def __init__(self, folder: Path, policy: LoadedPolicy, clock: StoppedClock) -> None:
        self.log = Log.open(Places(folder / "ledger.sqlite", folder / "signing.key", "log.example/x"))
        self.service = DecisionService(Decider(policy, "always", clock, CountedIds()), self.log.ledger)
        self.file, self.clock, self.keys = KeyFile(folder), clock, dict[str, str]()
        for role in Role:
            self.add(role, role)
        self.add("other", Role.INTEGRATOR)
        guard = Guard.open(CallerSettings(folder, "1000/minute", "1000/minute"), clock)
        self.client: FlaskClient = create_app(self.service, self.log, guard=guard).test_client()

    def add(self, name: str, role: Role, **more: Any) -> None:
        self.keys[name] = issue(self.file, name, role, self.clock.now(), **more)[1]

    def ask(self, name: str, path: str, body: Any = None, **headers: str) -> Any:
        told = {"Authorization": f"Bearer {self.keys[name]}", **headers}
        return self.client.open(path, method="GET" if body is None else "POST", json=body, headers=told)

    def decide(self, name: str, body: Any) -> str:
        answer = self.ask(name, URL, body)
        assert answer.status_code == 201, answer.get_json()
        return str(answer.get_json()["decision_id"])

    def accesses(self) -> list[Entry]:
        return list(self.service.ledger.search(kind="access").entries)


@pytest.fixture
def house(tmp_path: Path, real: LoadedPolicy, clock: StoppedClock) -> Iterator[House]:
    made = House(tmp_path, real, clock)
    yield made
    made.log.close()


@pytest.fixture
def shop(tmp_path: Path, policy: LoadedPolicy, clock: StoppedClock) -> Iterator[House]:
    """The same with a policy that says nothing of access."""
    made = House(tmp_path, policy, clock)
    yield made
    made.log.close()


def test_an_owner_reads_its_own_and_that_is_not_on_record(house: House) -> None:
    found = house.decide("integrator", CARD)
    assert [house.ask("integrator", f"{URL}/{found}{part}").status_code for part in PARTS] == [200] * 4
    assert house.accesses() == []


@pytest.mark.parametrize("part", PARTS)
def test_another_caller_does_not_learn_that_it_exists(house: House, part: str) -> None:
    found = house.decide("integrator", CARD)
    nothing = house.ask("other", f"{URL}/00000000-0000-7000-8000-000000000000{part}")
    answer = house.ask("other", f"{URL}/{found}{part}")
    assert (answer.status_code, answer.get_json()) == (404, nothing.get_json())
    assert house.accesses() == []


def test_a_list_has_ones_own_alone_page_by_page(house: House) -> None:
    own = [house.decide("integrator" if turn % 3 else "other", LIMIT) for turn in range(12)]
    expected = [one for turn, one in reversed(list(enumerate(own))) if turn % 3]
    found, cursor = [], ""
    while cursor is not None:
        page = house.ask("integrator", f"{URL}?limit=3{cursor and f'&cursor={cursor}'}").get_json()
        found += [item["decision_id"] for item in page["items"]]
        cursor = page["next"]
    assert found == expected
    other = house.keys["other"][4:12]
    for nothing in ("subject=C-1", f"caller={other}", f"caller={other}&subject=C-2"):
        assert house.ask("integrator", f"{URL}?{nothing}").get_json() == {"items": [], "next": None}
    assert house.ask("integrator", "/v1/decisions/facets").status_code == 403
    assert house.accesses() == []


def test_actions_are_ones_own_too(house: House) -> None:
    found = house.decide("integrator", LIMIT)
    action = f"/v1/actions/{found}.0"
    assert house.ask("integrator", "/v1/actions").get_json()["items"][0]["decision_id"] == found
    assert house.ask("other", "/v1/actions").get_json()["items"] == []
    assert house.ask("other", action).status_code == 404
    assert house.ask("other", f"{action}/done", {"by": "x"}).status_code == 404
    assert house.ask("integrator", f"{action}/done", {"by": "x"}).status_code == 201
    entry = house.service.ledger.get(f"{found}.0.done")
    assert entry is not None
    assert entry.content["caller"] == house.keys["integrator"][4:12]


def test_an_auditor_reads_and_that_is_on_record(house: House) -> None:
    found = house.decide("integrator", LIMIT)
    assert house.ask("auditor", f"{URL}/{found}").status_code == 200
    (entry,) = house.accesses()
    assert entry.document["subject"] == "C-2"
    content = entry.content
    assert content["caller"] == house.keys["auditor"][4:12]
    assert (content["role"], content["operation"], content["purpose"]) == ("auditor", "read", "audit")
    assert content["read"] == {"decision_id": found, "part": "decision"}
    assert (content["outcome"], content["rules"]) == ("allow", [{"id": "ACC-8b", "clause": "第二条4"}])
    assert [duty["action"] for duty in content["required_actions"]] == ["log_access"]
    assert content["policy"]["release"].startswith("sha256:")


def test_a_reading_that_the_policy_denies_is_told_with_its_rules(house: House) -> None:
    found = house.decide("integrator", LIMIT)
    answer = house.ask("auditor", f"{URL}/{found}", **{"Access-Purpose": "marketing"})
    told = answer.get_json()
    assert (answer.status_code, told["type"]) == (403, "/problems/forbidden")
    assert told["errors"][0]["code"] == "access-denied"
    assert [(rule["id"], rule["clause"]) for rule in told["rules"]] == [("ACC-2", "银行 第五条")]
    assert "obtain_consent" in [duty["action"] for duty in told["required_actions"]]
    (entry,) = house.accesses()
    assert (entry.content["outcome"], told["receipt"]["index"]) == ("deny", entry.index)


@pytest.mark.parametrize("purpose", ["", "Audit", "auditing", "\u00e9", "x" * 300, "audit\tx"])
def test_a_purpose_that_is_none_is_told(house: House, purpose: str) -> None:
    found = house.decide("integrator", LIMIT)
    answer = house.ask("auditor", f"{URL}/{found}", **{"Access-Purpose": purpose})
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["header"] == "Access-Purpose"
    assert house.accesses() == []


def test_private_facts_are_masked_for_an_auditor(house: House) -> None:
    found = house.decide("integrator", CARD)
    private = json.dumps(PROFILE)
    whole = house.ask("integrator", f"{URL}/{found}/explanation").text
    shown = house.ask("auditor", f"{URL}/{found}/explanation").text
    assert private in whole
    assert private not in shown
    assert '"masked":true' in shown
    assert house.accesses()[0].content["outcome"] == "allow_masked"
    assert private in house.ask("administrator", f"{URL}/{found}/explanation").text


def test_bytes_whose_private_facts_are_sealed_are_for_an_auditor(house: House) -> None:
    found = house.decide("integrator", CARD)
    index = house.ask("integrator", f"{URL}/{found}").get_json()["receipt"]["index"]
    for path in (f"{URL}/{found}/receipt", f"/v1/log/entries/{index}"):
        assert house.ask("auditor", path).status_code == 200
    assert PROFILE not in json.dumps(house.ask("auditor", f"/v1/log/entries/{index}").get_json(), ensure_ascii=False)


def test_bytes_that_show_private_facts_are_not(house: House) -> None:
    content = {"facts": CARD["facts"], "decide": CARD["decide"]}  # as before the fact was called private
    index = house.log.ledger.append(draft("D-1", content=content)).entry.index
    answer = house.ask("auditor", f"/v1/log/entries/{index}")
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (403, "cannot-be-masked")
    assert house.ask("administrator", f"/v1/log/entries/{index}").status_code == 200
    assert [entry.content["outcome"] for entry in house.accesses()] == ["allow", "allow_masked"]


def test_bytes_without_private_facts_are(house: House) -> None:
    found = house.decide("integrator", LIMIT)
    index = house.ask("integrator", f"{URL}/{found}").get_json()["receipt"]["index"]
    assert house.ask("auditor", f"/v1/log/entries/{index}").status_code == 200
    assert house.ask("auditor", f"{URL}/{found}/receipt").status_code == 200


def test_reading_who_read_what_is_no_reading_of_customers(house: House) -> None:
    house.ask("auditor", f"{URL}/{house.decide('integrator', LIMIT)}")
    (entry,) = house.accesses()
    for index in (0, entry.index):
        assert house.ask("auditor", f"/v1/log/entries/{index}").status_code == 200
    assert len(house.accesses()) == 1


def test_a_search_is_on_record_with_what_it_found(house: House) -> None:
    found = house.decide("integrator", LIMIT)
    assert len(house.ask("auditor", f"{URL}?subject=C-2").get_json()["items"]) == 1
    (entry,) = house.accesses()
    assert entry.content["read"] == {"search": "decisions", "filters": {"subject": "C-2"}, "found": [found]}
    assert house.ask("auditor", f"{URL}?subject=nobody").get_json()["items"] == []
    assert len(house.accesses()) == 1
    house.ask("auditor", "/v1/actions?by=database_administrator")
    assert house.accesses()[0].content["read"]["search"] == "actions"
    assert house.ask("auditor", "/v1/decisions/facets").status_code == 200
    assert house.accesses()[0].content["read"] == {"search": "facets", "filters": {}, "found": 1}


def test_the_words_of_a_search_are_on_record_by_their_hash(house: House) -> None:
    house.decide("integrator", CARD)
    assert len(house.ask("auditor", f"{URL}?q=card").get_json()["items"]) == 1
    (entry,) = house.accesses()
    assert entry.content["read"]["filters"]["q"] == f"sha256:{hashlib.sha256(b'card').hexdigest()}"


def test_compliance_reads_as_an_auditor(house: House) -> None:
    found = house.decide("integrator", CARD)
    assert house.ask("compliance", f"{URL}/{found}/explanation").status_code == 200
    assert (house.accesses()[0].content["role"], house.accesses()[0].content["outcome"]) == ("auditor", "allow_masked")


def test_an_administrator_with_less_scope_reads_all_the_same(house: House, clock: StoppedClock) -> None:
    found = house.decide("integrator", CARD)
    house.add("admin", Role.ADMINISTRATOR, scopes=frozenset({Scope.ADMIN}))
    clock.moment = clock.moment.replace(second=45)
    assert house.ask("admin", f"{URL}/{found}").status_code == 200
    assert house.ask("admin", URL, CARD).status_code == 403


def test_a_policy_that_says_nothing_of_access_has_it_recorded(shop: House, order: dict[str, Any]) -> None:
    found = shop.decide("integrator", order)
    assert shop.ask("auditor", f"{URL}/{found}", **{"Access-Purpose": "yearly_review"}).status_code == 200
    (entry,) = shop.accesses()
    assert (entry.content["outcome"], entry.content["purpose"]) == (None, "yearly_review")
    assert shop.ask("auditor", f"{URL}/{found}", **{"Access-Purpose": "Yearly Review"}).status_code == 400


def test_nothing_is_shown_that_is_not_on_record(
    house: House, monkeypatch: pytest.MonkeyPatch, fails: Callable[..., None]
) -> None:
    found = house.decide("integrator", LIMIT)
    monkeypatch.setattr(house.service.ledger, "append", fails)
    answer = house.ask("auditor", f"{URL}/{found}")
    assert answer.status_code == 503
    assert b"outcomes" not in answer.data


@pytest.fixture
def fails() -> Callable[..., None]:
    def one(*_: object) -> None:
        from service.ledger import LedgerFailed

        raise LedgerFailed("disk full")

    return one


def test_decisions_of_nobody_are_for_those_who_read_all(house: House) -> None:
    found = house.service.submit(LIMIT).decision_id
    assert house.ask("integrator", f"{URL}/{found}").status_code == 404
    assert house.ask("auditor", f"{URL}/{found}").status_code == 200


def test_taking_away_is_an_export_to_the_policy(house: House) -> None:
    """Which it leaves to the administrator with the general manager's approval: no request can claim that."""
    for name in (Role.AUDITOR, Role.ADMINISTRATOR):
        answer = house.ask(name, "/v1/export?kind=decision")
        assert answer.status_code == 403
        last = house.log.ledger.at(house.log.ledger.size - 1)
        assert last is not None
        assert (last.content["operation"], last.content["read"]) == ("export", {"export": {"kind": "decision"}})
        assert last.content["outcome"] == "deny"
    assert house.ask(Role.INTEGRATOR, "/v1/export").status_code == 403
