"""Which entries an export holds: those that pass every filter, in the order of the log."""

from __future__ import annotations

import datetime as dt

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
def test_every_filter_is_the_same_as_in_a_search(places: Places, filters: Filters) -> None:
    with Reader.open(places.ledger) as reader:
        expected = sorted(row[0] for row in reader._rows(*filters.query.sql()))
    assert chosen(places, filters) == expected


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
