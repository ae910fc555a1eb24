"""Lists of obligations: every mix of filters against a plain reading of its meaning, page by page, by index."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from service.ledger import Draft, Ledger
from service.register import Filters, LedgerEntries, Obligation, Register
from service.register.index import DONE
from service.register.obligations import Listing
from service.register.take import STANDING, due_key
from tests.ledger.helpers import draft

Json = dict[str, Any]

ACTIONS = [("hold", "clerk", "manager"), ("watch", "clerk", None), ("charge", "manager", "clerk")]
RULESETS = [["size"], ["size", "sizes"], ["sizes"]]
DUES = [None, "2026-11-23", "2026-11-24T09:00:00+08:00", "2026-11-24", "2026-12-01"]
REPORT = {"by": "x", "note": None}
GIVEN: dict[str, list[Any]] = {
    "by": ["clerk", "manager", "nobody"],
    "to": ["manager"],
    "action": ["hold"],
    "subject": ["C-1", "C-9"],
    "ruleset": ["size"],
    "before": ["2026-11-24T24"],
    "after": ["2026-11-23T24"],
    "status": ["open", "done", "all"],
    "caller": ["K-1", "K-9"],
}


def made() -> list[Draft]:
    """Twenty decisions with up to six obligations each, and reports that some of these were done."""
    random.seed(7)
    drafts = []
    for number in range(20):
        duties = []
        for _ in range(random.randrange(7)):
            action, by, to = random.choice(ACTIONS)
            reasons = [{"ruleset": name} for name in random.choice(RULESETS)]
            duties.append({
                "action": action, "by": by, "to": to, "due": random.choice(DUES), "reasons": reasons,
                "label": {"zh": action, "en": action},
            })  # fmt: skip
        content = {
            "status": "decided", "policy": {"release": "r", "label": "1"}, "facts": {}, "outcomes": {},
            "required_actions": duties, "caller": random.choice(["K-1", "K-2", None]),
        }  # fmt: skip
        drafts.append(draft(f"D-{number}", subject=random.choice(["C-1", "C-2", None]), facets=(), content=content))
    done = [
        draft(f"{one.entry_id}.{place}", kind=DONE, content={**REPORT, "decision_index": index, "position": place})
        for index, one in enumerate(drafts)
        for place in range(len(one.content["required_actions"]))
        if random.random() < 0.3
    ]
    return [*drafts, *done]


DRAFTS = made()


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    ledger = Ledger.open(tmp_path_factory.mktemp("obliged") / "ledger.db")
    ledger.append_all(DRAFTS)
    return Register(LedgerEntries(ledger))


def meant(filters: Filters) -> list[tuple[str, int, int]]:
    """Deadline, entry and place of each obligation that passes, in their order, read from the drafts."""
    done = {(one.content["decision_index"], one.content["position"]) for one in DRAFTS if one.kind == DONE}
    found = []
    for index, one in enumerate(DRAFTS):
        for position, duty in enumerate(one.content["required_actions"] if one.kind != DONE else ()):
            key = due_key(duty["due"])
            passes = (
                filters.by in (None, duty["by"])
                and filters.to in (None, duty["to"])
                and filters.action in (None, duty["action"])
                and filters.subject in (None, one.subject)
                and filters.decision in (None, one.entry_id)
                and (filters.ruleset is None or {"ruleset": filters.ruleset} in duty["reasons"])
                and (filters.before is None or key < min(filters.before, STANDING))
                and (filters.after is None or filters.after < key < STANDING)
                and filters.caller in (None, one.content["caller"])
                and (filters.status == "all" or ((index, position) in done) == (filters.status == "done"))
            )
            if passes:
                found.append((key, index, position))
    return sorted(found)


def paged(register: Register, given: Json) -> list[tuple[str, int, int]]:
    found: list[Obligation] = []
    cursor = None
    while True:
        page = register.obligations(Filters(**given, cursor=cursor, limit=4))
        found += page.items
        assert len(page.items) == 4 or page.next is None
        if page.next is None:
            return [(one.due_key, one.entry, one.position) for one in found]
        cursor = page.next


@pytest.mark.parametrize("names", [c for n in (0, 1, 2, 3) for c in itertools.combinations(GIVEN, n)])
def test_pages_hold_exactly_what_passes_the_soonest_first(register: Register, names: tuple[str, ...]) -> None:
    for values in itertools.product(*(GIVEN[name] for name in names)):
        given = dict(zip(names, values, strict=True))
        for decision in ({}, {"decision": "D-3"}, {"decision": "nothing"}):
            assert paged(register, {**given, **decision}) == meant(Filters(**given, **decision))


def test_what_is_done_says_by_which_entry(register: Register) -> None:
    for one in register.obligations(Filters(status="all", limit=200)).items:
        report = next(
            (i for i, d in enumerate(DRAFTS) if d.kind == DONE and d.entry_id == f"D-{one.entry}.{one.position}"), None
        )
        assert one.done == report


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(), "open_by_duty"),
        (Filters(by="clerk", before="2026-12-01"), "open_by_duty"),
        (Filters(to="manager", after="2026-11-01"), "open_by_duty"),
        (Filters(action="hold", ruleset="size", cursor="2026-11-23T24_4_1"), "open_by_duty"),
        (Filters(status="done"), "done_by_duty"),
        (Filters(status="done", by="clerk"), "done_by_duty"),
        (Filters(caller="K-1", by="clerk", cursor="2026-11-23T24_4_1"), "by_caller"),
    ],
)
def test_long_lists_are_read_from_an_index_in_its_order(register: Register, filters: Filters, index: str) -> None:
    queries = plans(register, filters)
    assert queries
    for plan in queries:
        assert [step for step in plan if f"obligations USING INDEX {index}" in step], plan
        assert not [step for step in plan if "TEMP B-TREE" in step or ("SCAN" in step and "duties" not in step)], plan


def test_all_of_a_list_are_the_open_and_the_done(register: Register) -> None:
    every = [step for plan in plans(register, Filters(status="all")) for step in plan]
    assert {"open" in step for step in every} == {True, False}
    assert all("_by_duty" in step for step in every)


@pytest.mark.parametrize("filters", [Filters(subject="C-1"), Filters(decision="D-3"), Filters(subject="C-1", by="x")])
def test_short_lists_are_those_of_the_decisions_that_are_named(register: Register, filters: Filters) -> None:
    (plan,) = plans(register, filters)
    assert any("texts USING" in step for step in plan), plan
    assert any("obligations USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in step for step in plan), plan


def plans(register: Register, filters: Filters) -> list[list[str]]:
    """How SQLite would answer each query of a list."""
    register.catch_up()
    connection = register._connection
    return [
        [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]
        for sql, parameters in Listing(connection, filters, 3).queries()
    ]


def test_an_obligation_says_where_the_next_page_goes_on() -> None:
    assert Obligation(4, 1, "2026-11-23T24", None).cursor == "2026-11-23T24_4_1"
