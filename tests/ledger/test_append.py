"""Appending and finding again, from one thread and from many."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from service.ledger import (
    Appended,
    CanonicalError,
    EntryExists,
    IdempotencyConflict,
    Ledger,
    LedgerClosed,
)
from service.proofs.merkle import leaf_hash
from tests.ledger.helpers import NOON, digest, draft, indexes


def test_an_entry_is_found_by_its_id_and_its_key(ledger: Ledger) -> None:
    appended = ledger.append(draft(key="k"))
    assert appended == Appended(appended.entry, replayed=False)
    assert appended.entry.index == 0
    assert appended.entry.leaf_hash == leaf_hash(appended.entry.canonical)
    assert ledger.get("D-1") == ledger.find_key(digest("k")) == appended.entry
    assert ledger.size == 1


def test_an_entry_gives_back_what_was_drafted(ledger: Ledger) -> None:
    one = draft(key="k")
    entry = ledger.append(one).entry
    assert (entry.kind, entry.entry_id, entry.request_hash) == ("decision", "D-1", one.request_hash)
    assert entry.content == one.content
    assert entry.document["decided_at"] == "2026-11-23T12:00:00.123456Z"
    assert entry.document["facets"] == [["limit_escalation", "decided", "escalation", "report_to_supervisor"]]


def test_what_is_not_there_is_none(ledger: Ledger) -> None:
    assert ledger.get("D-1") is None
    assert ledger.find_key(digest("k")) is None


def test_the_same_request_with_the_same_key_is_stored_once(ledger: Ledger) -> None:
    first = ledger.append(draft("D-1", key="k"))
    again = ledger.append(draft("D-2", key="k"))
    assert again == Appended(first.entry, replayed=True)
    assert ledger.size == 1


def test_another_request_with_the_same_key_is_a_conflict(ledger: Ledger) -> None:
    ledger.append(draft("D-1", key="k"))
    with pytest.raises(IdempotencyConflict, match="`D-1`"):
        ledger.append(draft("D-2", key="k", request_hash=digest("another")))
    assert ledger.get("D-2") is None
    assert ledger.healthy


def test_an_id_is_used_once(ledger: Ledger) -> None:
    ledger.append(draft())
    with pytest.raises(EntryExists, match="`D-1`"):
        ledger.append(draft())
    assert ledger.append(draft("D-2")).entry.index == 1


def test_a_draft_without_canonical_form_fails_alone(ledger: Ledger) -> None:
    with pytest.raises(CanonicalError, match=r"/content/limit: .*`float`"):
        ledger.append(draft(content={"limit": 0.5}))
    assert ledger.healthy
    assert ledger.append(draft()).entry.index == 0


@pytest.mark.parametrize(
    "change",
    [
        {"subject": 7},
        {"subject": ["C-1024"]},
        {"kind": None},
        {"entry_id": b"D-1"},
        {"entry_id": "\ud800"},
    ],
)
def test_a_draft_that_no_column_could_hold_fails_alone(ledger: Ledger, change: dict[str, Any]) -> None:
    with pytest.raises(CanonicalError):
        ledger.append(draft(**change))
    assert ledger.healthy
    assert ledger.size == 0


def test_times_and_digests_are_checked_when_the_draft_is_made() -> None:
    with pytest.raises(ValueError, match="time zone"):
        draft(decided_at=NOON.replace(tzinfo=None))
    with pytest.raises(TypeError, match="not a date"):
        draft(as_of=NOON)
    with pytest.raises(ValueError, match="`key_hash`"):
        draft(key_hash=b"short")


def test_text_that_is_awkward_for_sqlite_comes_back(ledger: Ledger) -> None:
    subject = "a\x00b\U0001f600\u202e'\""
    entry = ledger.append(draft(subject=subject, content={"\U0001f600": subject})).entry
    assert ledger.search(subject=subject).entries == (entry,)
    assert ledger.search(subject="a").entries == ()
    assert entry.content == {"\U0001f600": subject}


def test_64_threads_append_one_contiguous_sequence(ledger: Ledger, path: Path) -> None:
    def work(thread: int) -> list[Appended]:
        return [ledger.append(draft(f"D-{thread}-{i}")) for i in range(20)]

    with ThreadPoolExecutor(64) as pool:
        acknowledged = [appended for some in pool.map(work, range(64)) for appended in some]
    assert sorted(appended.entry.index for appended in acknowledged) == list(range(64 * 20))
    assert all(ledger.get(appended.entry.entry_id) == appended.entry for appended in acknowledged)
    ledger.close()
    assert indexes(path) == list(range(64 * 20))


def test_a_key_that_many_use_at_once_is_stored_once(ledger: Ledger) -> None:
    start = threading.Barrier(32)

    def work(thread: int) -> list[Appended]:
        start.wait()
        return [ledger.append(draft(f"D-{thread}-{i}", key=f"k-{i}")) for i in range(10)]

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(work, range(32)))
    assert ledger.size == 10
    for i in range(10):
        same = [answer[i] for answer in answers]
        assert len({appended.entry.index for appended in same}) == 1
        assert sum(not appended.replayed for appended in same) == 1


def test_a_key_that_many_use_at_once_for_different_requests_goes_to_one(ledger: Ledger) -> None:
    start = threading.Barrier(16)

    def work(thread: int) -> str:
        start.wait()
        try:
            entry = ledger.append(draft(f"D-{thread}", key="k", request_hash=digest(str(thread)))).entry
        except IdempotencyConflict:
            return "conflict"
        return entry.entry_id

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(work, range(16)))
    assert answers.count("conflict") == 15
    assert ledger.size == 1


def test_a_closed_ledger_says_so(ledger: Ledger) -> None:
    ledger.close()
    ledger.close()
    assert not ledger.healthy
    with pytest.raises(LedgerClosed):
        ledger.append(draft())
    with pytest.raises(LedgerClosed):
        ledger.get("D-1")


def test_closing_serves_those_who_wait(ledger: Ledger, path: Path) -> None:
    stored: list[int] = []

    def work(thread: int) -> None:
        for i in range(1000):
            try:
                stored.append(ledger.append(draft(f"D-{thread}-{i}")).entry.index)
            except LedgerClosed:
                return

    threads = [threading.Thread(target=work, args=(k,)) for k in range(16)]
    for thread in threads:
        thread.start()
    while ledger.size < 50:
        pass
    ledger.close()
    for thread in threads:
        thread.join()
    assert sorted(stored) == indexes(path)


def test_several_drafts_are_placed_together_in_their_order(ledger: Ledger) -> None:
    ledger.append(draft("before", key="k"))
    unfit = draft("unfit", content={"ratio": 0.5})
    placed = ledger.append_all([draft("one"), unfit, draft("one"), draft("before", key="k"), draft("two")])
    assert [type(one) for one in placed] == [Appended, CanonicalError, EntryExists, Appended, Appended]
    assert [one.entry.index for one in placed if isinstance(one, Appended)] == [1, 0, 2]
    assert ledger.size == 3


def test_no_drafts_are_nothing(ledger: Ledger) -> None:
    assert ledger.append_all([]) == []
    assert ledger.size == 0
