"""Searching: every filter against a plain reading of its meaning, page by page, and by index only."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ledger import Draft, Ledger
from service.ledger.search import Query
from tests.ledger.helpers import NOON, draft

SUBJECTS = ["C-1", "C-2", None]
DAYS = [dt.date(2026, 11, day) for day in (21, 22, 23, 24)]


def _drafts() -> list[Draft]:
    """Every mix of subject and day, some times over, days not in the order of the entries."""
    days = [NOON + dt.timedelta(days=days) for days in (0, -2, -1)]
    return [
        draft(f"D-{i}", kind="decision" if i % 7 else "release", subject=subject, decided_at=day)
        for i, (_, subject, day) in enumerate(itertools.product(range(5), SUBJECTS, days))
    ]


DRAFTS = _drafts()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with Ledger.open(tmp_path_factory.mktemp("search") / "ledger.db") as ledger:
        for one in DRAFTS:
            ledger.append(one)
        yield ledger


def _passes(one: Draft, query: Query) -> bool:
    """The meaning of the filters, read from the draft."""
    day = one.decided_at.astimezone(dt.UTC).date()
    return (
        query.subject in (None, one.subject)
        and query.kind in (None, one.kind)
        and (query.since is None or day >= query.since)
        and (query.until is None or day <= query.until)
    )


def _maybe(values: list[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(values)


queries = st.builds(
    Query,
    subject=_maybe(["C-1", "C-2", "C-9"]),
    since=_maybe(DAYS),
    until=_maybe(DAYS),
    kind=_maybe(["decision", "release"]),
    limit=st.integers(1, 50),
)


@given(queries)
def test_pages_hold_exactly_what_passes_newest_first(filled: Ledger, query: Query) -> None:
    found: list[int] = []
    after = None
    while True:
        page = filled.search(query.subject, query.since, query.until, after, query.limit, query.kind)
        assert len(page.entries) <= query.limit
        found += [entry.index for entry in page.entries]
        if page.next is None:
            break
        assert len(page.entries) == query.limit
        after = page.next
    assert found == [i for i in range(len(DRAFTS) - 1, -1, -1) if _passes(DRAFTS[i], query)]


FILTERS = {
    "subject": "C-1",
    "since": DAYS[0],
    "until": DAYS[1],
    "after": 9,
    "kind": "release",
}


@pytest.mark.parametrize("chosen", [c for n in range(len(FILTERS) + 1) for c in itertools.combinations(FILTERS, n)])
def test_every_search_walks_an_index(filled: Ledger, chosen: tuple[str, ...]) -> None:
    sql, parameters = Query(**{name: FILTERS[name] for name in chosen}).sql()  # type: ignore[arg-type]
    plan = [row[3] for row in filled._readers.rows(f"EXPLAIN QUERY PLAN {sql}", parameters)]
    scans = [step for step in plan if step.startswith("SCAN")]
    assert scans == ([] if {*chosen} - {"kind"} else ["SCAN entries"])  # newest first: the table is its own index


def test_dates_are_of_utc_and_both_ends_count(ledger: Ledger) -> None:
    china = dt.timezone(dt.timedelta(hours=8))
    first, last = (
        dt.datetime(2026, 11, 24, 8, tzinfo=china),
        dt.datetime(2026, 11, 25, 7, 59, 59, 999999, china),
    )
    entries = [ledger.append(draft(f"D-{i}", decided_at=at)).entry for i, at in enumerate((first, last))]
    assert entries[0].document["decided_at"] == "2026-11-24T00:00:00.000000Z"
    day, ever = dt.date(2026, 11, 24), dt.date.max
    assert len(ledger.search(since=day, until=day).entries) == 2
    assert len(ledger.search(since=dt.date.min, until=ever).entries) == 2
    assert ledger.search(until=dt.date(2026, 11, 23)).entries == ()
    assert ledger.search(since=dt.date(2026, 11, 25)).entries == ()


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_has_a_size(ledger: Ledger, limit: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 1000"):
        ledger.search(limit=limit)


def test_pages_stay_where_they_are_while_entries_come(ledger: Ledger) -> None:
    for i in range(4):
        ledger.append(draft(f"D-{i}"))
    page = ledger.search(limit=2)
    ledger.append(draft("D-4"))
    assert [entry.index for entry in ledger.search(after=page.next).entries] == [1, 0]


def test_readers_do_not_outlive_their_threads(ledger: Ledger) -> None:
    """A hundred short threads read; what stays open is as many connections as ever read at once."""
    ledger.append(draft())
    for _ in range(100):
        thread = threading.Thread(target=ledger.get, args=("D-1",))
        thread.start()
        thread.join()
    assert len(ledger._readers._idle) == 1


def test_idle_readers_are_few(ledger: Ledger) -> None:
    with_all = threading.Barrier(40)

    def read() -> None:
        with ledger._readers.reader():
            with_all.wait(10)

    threads = [threading.Thread(target=read) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ledger._readers._idle) == 16


def test_a_read_under_way_when_the_ledger_closes_ends_well(ledger: Ledger) -> None:
    with ledger._readers.reader() as reader:
        ledger.close()
        assert reader.execute("SELECT count(*) FROM entries").fetchone() == (0,)
    assert ledger._readers._idle == []
