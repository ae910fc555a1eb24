"""Which entries an export holds: those that pass every filter, in the order of the log."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from service.export import Filters, records
from service.ledger import Ledger, Places
from service.ledger.reader import Reader
from service.ledger.search import Query
from service.proofs.merkle import verify_inclusion
from tests.export.helpers import SIZE
from tests.ledger.helpers import draft, facet

DAY = dt.date(2026, 11, 23)
NEXT = dt.date(2026, 11, 24)


def chosen(places: Places, filters: Filters, size: int = SIZE) -> list[int]:
    with Reader.open(places.ledger) as reader:
        return [entry.index for entry, _ in records(reader, filters, size)]


def test_all(places: Places) -> None:
    assert chosen(places, Filters()) == list(range(SIZE))
    assert chosen(places, Filters(), size=5) == list(range(5))


@pytest.mark.parametrize(
    "filters",
    [
        Filters(kind="decision"),
        Filters(kind="release", since=DAY),
        Filters(subject="客户 C-1024"),
        Filters(subject="客户 C-1024", kind="action_done"),
        Filters(subject="客户 C-1024", ruleset="size", outcome="large"),
        Filters(ruleset="size"),
        Filters(outcome="large"),
        Filters(outcome="large", ruleset="size", until=DAY, kind="decision"),
        Filters(outcome="large", ruleset="tags"),
        Filters(since=DAY, until=DAY),
        Filters(since=NEXT),
        Filters(until=dt.date(2026, 11, 22)),
        Filters(subject="nobody"),
    ],
    ids=repr,
)
def test_every_filter_is_as_the_entries_say(places: Places, filters: Filters) -> None:
    with Reader.open(places.ledger) as reader:
        every = [entry.document for entry, _ in records(reader, Filters(), SIZE)]
    assert chosen(places, filters) == [one["index"] for one in every if says(one, filters)]


def says(one: dict[str, Any], filters: Filters) -> bool:
    """The meaning of the filters, read from an entry."""
    day = dt.datetime.fromisoformat(one["decided_at"]).date()
    rows = [
        value
        for ruleset, _, _, value in one["facets"]
        if filters.ruleset in (None, ruleset) and filters.outcome in (None, value)
    ]
    return (
        filters.kind in (None, one["kind"])
        and filters.subject in (None, one["subject"])
        and (filters.since or day) <= day <= (filters.until or day)
        and (bool(rows) or filters.ruleset is filters.outcome is None)
    )


def test_outcome_and_ruleset_meet_on_one_row(ledger_of_many: Ledger) -> None:
    ledger_of_many.append(draft("both", facets=(facet("access", "deny"), facet("limit", "allow"))))
    found = {
        (ruleset, outcome): [one.index for one, _ in records(ledger_of_many, Filters(None, outcome, ruleset), 451)]
        for ruleset, outcome in (("access", "allow"), ("access", "deny"), (None, "allow"))
    }
    assert found == {("access", "allow"): [], ("access", "deny"): [450], (None, "allow"): [450]}


def test_every_page_and_every_proof(ledger_of_many: Ledger) -> None:
    size = ledger_of_many.size - 3
    root = ledger_of_many.root_at(size)
    found = list(records(ledger_of_many, Filters(ruleset="odd"), size))
    assert [entry.index for entry, _ in found] == list(range(1, size, 2))
    for entry, record in found:
        verify_inclusion(entry.index, size, entry.leaf_hash, record.proof, root)
        assert record.proof == ledger_of_many.inclusion_proof(entry.index, size)


@pytest.fixture
def ledger_of_many(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    ledger = Ledger.open(tmp_path_factory.mktemp("many") / "ledger.db")
    ledger.append_all([draft(f"D-{n}", facets=(facet("odd" if n % 2 else "even", "x"),)) for n in range(450)])
    ledger.close()
    return Ledger.open(ledger.path)


def test_pages_ahead_keep_to_their_ends(ledger_of_many: Ledger) -> None:
    query = Query(limit=10)
    assert [entry.index for entry in ledger_of_many.ahead(query, 3, 9)] == [3, 4, 5, 6, 7, 8]
    assert [entry.index for entry in ledger_of_many.ahead(query, 3, 99)] == list(range(3, 13))
    assert ledger_of_many.ahead(query, 450, 500) == []
