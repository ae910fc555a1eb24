"""After any failed write the ledger takes nothing more, and it never acknowledged what it does not hold."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.ledger import (
    Appended,
    Draft,
    EntryExists,
    IdempotencyConflict,
    Ledger,
    LedgerFailed,
    LedgerUnreadable,
    writer,
)
from tests.ledger.faulty import Faulty, failing_at
from tests.ledger.helpers import ROOT, digest, draft, indexes



@pytest.mark.parametrize("statement", ["BEGIN", "INSERT INTO entries", "INSERT INTO nodes", "COMMIT"])
@pytest.mark.parametrize(
    "error", [sqlite3.OperationalError("disk I/O error"), OSError("no space"), RuntimeError("a mistake")]
)
def test_an_error_at_any_statement_stops_the_ledger(
    ledger: Ledger, path: Path, faulty: Faulty, statement: str, error: Exception
) -> None:
    ledger.append(draft("D-0", key="a"))
    faulty.before = failing_at(statement, error)
    with pytest.raises(LedgerFailed, match=str(error)) as failed:
        ledger.append(draft("D-1", key="b"))
    assert failed.value.__cause__ is error
    faulty.before = lambda _: None
    with pytest.raises(LedgerFailed, match="takes nothing any more"):
        ledger.append(draft("D-2"))
    assert not ledger.healthy
    assert ledger.size == 1
    assert ledger.get("D-0") is not None
    assert ledger.get("D-1") is None
    ledger.close()
    with Ledger.open(path) as again:
        assert again.append(draft("D-1", key="b")).entry.index == 1


def test_a_refused_insert_that_no_taken_id_or_key_explains_stops_the_ledger(ledger: Ledger, faulty: Faulty) -> None:
    ledger.append(draft("D-0", key="a"))
    faulty.before = failing_at("INSERT INTO entries", sqlite3.IntegrityError("entries is contiguous"))
    with pytest.raises(LedgerFailed, match="entries is contiguous"):
        ledger.append(draft("D-1", key="b"))
    assert (ledger.healthy, ledger.size) == (False, 1)


@pytest.mark.parametrize("taken", [draft("D-0"), draft("D-1", key="a")])
def test_an_error_while_what_is_taken_is_sought_stops_the_ledger(ledger: Ledger, faulty: Faulty, taken: Draft) -> None:
    ledger.append(draft("D-0", key="a"))
    faulty.before = failing_at("SELECT", sqlite3.OperationalError("disk I/O error"))
    with pytest.raises(LedgerFailed, match="disk I/O error"):
        ledger.append(taken)
    assert (ledger.healthy, ledger.size) == (False, 1)


def test_a_commit_whose_answer_is_lost_is_found_by_its_key(
    ledger: Ledger, path: Path, faulty: Faulty
) -> None:
    """The transaction is in, the error comes after: not acknowledged, and the retry gets that very entry."""
    faulty.after = failing_at("COMMIT", sqlite3.OperationalError("disk I/O error"))
    with pytest.raises(LedgerFailed):
        ledger.append(draft("D-1", key="k"))
    ledger.close()
    with Ledger.open(path) as again:
        answer = again.append(draft("D-2", key="k"))
        assert answer.replayed
        assert answer.entry.entry_id == "D-1"


def test_a_failed_checkpoint_stops_the_ledger_but_not_what_is_committed(
    ledger: Ledger, path: Path, faulty: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "CHECKPOINT_BYTES", 0)
    faulty.before = failing_at("PRAGMA wal_checkpoint", sqlite3.OperationalError("disk I/O error"))
    assert ledger.append(draft("D-0")).entry.index == 0
    assert not ledger.healthy
    with pytest.raises(LedgerFailed):
        ledger.append(draft("D-1"))
    ledger.close()
    assert indexes(path) == [0]


def append_until_failure(ledger: Ledger, threads: int = 16) -> list[Appended]:
    """Appends from many threads, each until it is refused; what was acknowledged."""

    def work(thread: int) -> list[Appended]:
        acknowledged: list[Appended] = []
        for i in range(100_000):
            try:
                acknowledged.append(ledger.append(draft(f"D-{thread}-{i}", key=f"{thread}-{i}")))
            except LedgerFailed:
                return acknowledged
        raise AssertionError("the ledger never failed")

    with ThreadPoolExecutor(threads) as pool:
        return [appended for some in pool.map(work, range(threads)) for appended in some]


@pytest.mark.parametrize("statement", ["BEGIN", "INSERT INTO entries", "COMMIT", "PRAGMA wal_checkpoint"])
def test_all_who_wait_are_told_and_all_who_were_answered_are_stored(
    ledger: Ledger, path: Path, faulty: Faulty, statement: str
) -> None:
    count = 0

    def late(sql: str) -> None:
        nonlocal count
        count += sql.startswith(statement)
        if count == (1 if "checkpoint" in statement else 30):
            raise sqlite3.OperationalError("disk I/O error")

    faulty.before = late
    acknowledged = append_until_failure(ledger)
    assert not ledger.healthy
    assert len(acknowledged) == ledger.size > 0
    ledger.close()
    with Ledger.open(path) as again:
        assert again.size == len(acknowledged)
        assert all(again.get(a.entry.entry_id) == a.entry for a in acknowledged)


def test_a_full_database_loses_nothing(ledger: Ledger, path: Path) -> None:
    pages = ledger._writer._connection.execute("PRAGMA page_count").fetchone()[0]
    ledger._writer._connection.execute(f"PRAGMA max_page_count = {pages + 40}").fetchall()
    acknowledged = append_until_failure(ledger)
    with pytest.raises(LedgerFailed, match="full"):
        ledger.append(draft("late"))
    ledger.close()
    assert indexes(path) == list(range(len(acknowledged)))
    with Ledger.open(path) as again:
        assert all(again.get(a.entry.entry_id) == a.entry for a in acknowledged)
        assert again.append(draft("late")).entry.index == len(acknowledged)


def test_a_full_disk_loses_nothing(path: Path) -> None:
    """A file size limit of the operating system stands for the disk: the write call itself fails."""
    program = (
        "import resource, sys; from pathlib import Path; from service.ledger import Ledger;"
        "from tests.ledger.test_fail_stop import append_until_failure;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000));"
        "ledger = Ledger.open(Path(sys.argv[1])); answers = append_until_failure(ledger);"
        "assert not ledger.healthy; print(*(a.entry.entry_id for a in answers)); ledger.close()"
    )
    command = [sys.executable, "-c", program, str(path)]
    acknowledged = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert acknowledged
    with Ledger.open(path) as again:
        assert all(again.get(entry_id) is not None for entry_id in acknowledged)
        again.append(draft("after"))


def test_drafts_of_one_batch_know_each_other(ledger: Ledger, faulty: Faulty) -> None:
    """All wait behind one held commit, so they share the next: entry, replay, conflict, used id."""
    reached, go_on = threading.Event(), threading.Event()

    def hold(sql: str) -> None:
        if sql == "COMMIT" and not reached.is_set():
            reached.set()
            go_on.wait(10)

    faulty.before = hold
    with ThreadPoolExecutor(5) as pool:
        leading = pool.submit(ledger.append, draft("D-leading"))
        reached.wait(10)
        drafts = [
            draft("D-0", key="k"),
            draft("D-1", key="k"),
            draft("D-0", key="k", request_hash=digest("another")),
            draft("D-0"),
        ]
        waiting = []
        for place, one in enumerate(drafts):
            waiting.append(pool.submit(ledger.append, one))
            while len(ledger._writer._waiting) <= place:
                pass
        go_on.set()
        assert leading.result().entry.index == 0
        first, again = waiting[0].result(), waiting[1].result()
        assert (first.entry.entry_id, first.replayed) == ("D-0", False)
        assert (again.entry, again.replayed) == (first.entry, True)
        assert isinstance(waiting[2].exception(), IdempotencyConflict)
        assert isinstance(waiting[3].exception(), EntryExists)
    assert ledger.size == 2


def test_a_failure_elsewhere_stops_the_ledger(ledger: Ledger, path: Path, faulty: Faulty) -> None:
    """What is in a transaction already ends as it ends; who waits behind it is refused, and so is the head."""
    reached, go_on = threading.Event(), threading.Event()

    def hold(sql: str) -> None:
        if sql == "COMMIT":
            reached.set()
            go_on.wait(10)

    faulty.before = hold
    with ThreadPoolExecutor(2) as pool:
        leading = pool.submit(ledger.append, draft("D-leading"))
        reached.wait(10)
        waiting = pool.submit(ledger.append, draft("D-waiting"))
        while not ledger._writer._waiting:
            pass
        ledger.stop(OSError("no space for checkpoints"))
        assert not ledger.healthy
        go_on.set()
        assert leading.result().entry.index == 0
        with pytest.raises(LedgerFailed, match="no space for checkpoints"):
            waiting.result()
    with pytest.raises(LedgerFailed, match="no space for checkpoints"):
        _ = ledger.head
    ledger.close()
    assert indexes(path) == [0]


def test_a_read_that_meets_a_damaged_file_stops_the_ledger(ledger: Ledger, path: Path) -> None:
    for number in range(60):
        ledger.append(draft(f"D-{number}"))
    ledger._writer._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    (size,) = ledger._writer._connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        while file.read(size):
            file.seek(-size, 1)
            file.write(b"\xff" * size)
    with pytest.raises(LedgerUnreadable):
        ledger.search(limit=60)
    assert not ledger.healthy
