"""kill -9 at random moments: what was acknowledged is there, and the sequence goes on without a gap."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.ledger import Entry, Ledger, LedgerInUse
from service.proofs.merkle import leaf_hash
from tests.ledger.helpers import ROOT, draft, raw

ROUNDS = 10
STARTS = 5


@contextmanager
def running(path: Path, run: str, answers: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A service on the ledger; however the block ends, the service ends by kill -9."""
    command = [sys.executable, "-m", "tests.ledger.crash_worker", str(path), run]
    with (
        answers.open("wb") as out,
        subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.PIPE) as service,
    ):
        try:
            yield service
        finally:
            service.kill()
            _, errors = service.communicate()
    assert errors == b""
    assert service.returncode == -9


def wait_for_an_answer(answers: Path) -> None:
    deadline = time.monotonic() + 20
    while not answers.stat().st_size:
        assert time.monotonic() < deadline, "the service acknowledged nothing"
        time.sleep(0.002)


def check(path: Path, acknowledged: set[str]) -> int:
    """Open it anew: contiguous, every hash right, every acknowledged entry there; the number of entries."""
    with Ledger.open(path) as ledger:
        rows = raw(path, "SELECT leaf_index, leaf_hash, canonical FROM entries ORDER BY leaf_index")
        entries = [Entry(*row) for row in rows]
        assert [entry.index for entry in entries] == list(range(ledger.size))
        assert all(entry.leaf_hash == leaf_hash(entry.canonical) for entry in entries)
        assert all(entry.document["index"] == entry.index for entry in entries)
        assert acknowledged <= {entry.entry_id for entry in entries}
        assert raw(path, "SELECT count(*) FROM nodes") == [(ledger.size // 2,)]
        return ledger.size


def test_nothing_acknowledged_is_lost_by_kill_9(path: Path, tmp_path: Path) -> None:
    acknowledged: set[str] = set()
    sizes = [0]
    for run in range(ROUNDS):
        answers = tmp_path / f"answers-{run}"
        with running(path, f"run{run}", answers):
            wait_for_an_answer(answers)
            time.sleep(random.uniform(0, 0.25))
        told = answers.read_text().splitlines()
        acknowledged |= set(told)
        sizes.append(check(path, acknowledged))
        assert sizes[-1] - sizes[-2] >= len(told) > 0
    # Few more are stored than were told: at most one answer a thread was on its way at each kill.
    assert sizes[-1] - len(acknowledged) <= 8 * ROUNDS


def test_kill_9_while_the_ledger_is_made_leaves_one_that_opens(tmp_path: Path) -> None:
    for run in range(STARTS):
        path, answers = tmp_path / f"{run}.db", tmp_path / f"answers-{run}"
        with running(path, "run", answers):
            deadline = time.monotonic() + 20
            while not path.exists() and time.monotonic() < deadline:
                time.sleep(0.0005)
            time.sleep(random.uniform(0, 0.01))
        check(path, set(answers.read_text().splitlines()))


def test_a_second_process_is_refused_until_the_first_is_killed(path: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    with running(path, "run", answers):
        wait_for_an_answer(answers)
        with pytest.raises(LedgerInUse, match=r"ledger\.db"):
            Ledger.open(path)
    with Ledger.open(path) as ledger:
        assert not ledger.append(draft()).replayed
