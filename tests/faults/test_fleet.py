"""The writer process and four workers: killed at random, killed in a system call, met by a failing disk."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from service import audit
from service.background.child import SOCKET
from service.ledger import Ledger
from tests.faults.conftest import EVERYTHING, STRACE
from tests.ledger.helpers import ROOT

WORKERS = 4
ROUNDS = 500 if EVERYTHING else 6
SOME = (3, 30)


class Fleet:
    """Four workers that go on appending, and one writer after the other."""

    def __init__(self, folder: Path, short: Path, stack: ExitStack) -> None:
        self.path = folder / "ledger.sqlite"
        self._listening = short / "writer"
        self._stack = stack
        self._answers = [folder / f"answers-{number}" for number in range(WORKERS)]
        self._read = [0] * WORKERS
        self._told: list[tuple[str, int, str]] = []
        self._judged = 0
        self._environment = {**os.environ, "DATA_DIR": str(folder), SOCKET: str(self._listening)}
        for number in range(WORKERS):
            self._start_worker(number)

    def _start_worker(self, number: int) -> None:
        out = self._stack.enter_context(self._answers[number].open("ab"))
        name = f"w{number}"
        command = [sys.executable, "-m", "tests.faults.appender", str(self.path), str(self._listening), name]
        worker = subprocess.Popen(command, cwd=ROOT, stdout=out)
        self._stack.callback(worker.wait)
        self._stack.callback(worker.kill)

    def writer(self, *under: str) -> subprocess.Popen[str]:
        """Start a writer, perhaps under strace; ready when this returns, or dead already."""
        self._listening.unlink(missing_ok=True)
        writer = subprocess.Popen(
            [*under, sys.executable, "-m", "service.background.writer"],
            cwd=ROOT, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, start_new_session=True,
        )  # fmt: skip
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
        writer.stdout.readline()
        return writer

    def acknowledged(self) -> list[tuple[str, int, str]]:
        """Every whole line that a worker has written since this was asked last."""
        found = []
        for number, file in enumerate(self._answers):
            with file.open("rb") as lines:
                lines.seek(self._read[number])
                new = lines.read().rpartition(b"\n")[0]
            self._read[number] += len(new) + 1 if new else 0
            found += [line.split() for line in new.decode().splitlines()]
        return [(entry_id, int(index), leaf) for entry_id, index, leaf in found]

    def told(self) -> int:
        """How many bytes the workers have written, which grow with every acknowledgement."""
        return sum(file.stat().st_size for file in self._answers)

    def wait_for_more(self, than: int) -> None:
        deadline = time.monotonic() + 30
        while self.told() <= than:
            assert time.monotonic() < deadline, "nothing is acknowledged any more"
            time.sleep(0.01)

    def judge(self, whole: bool = True) -> None:
        """Every entry that was acknowledged since is there as it was told, each once.

        With the `whole`, every one from the first, and the audit finds nothing.
        """
        self._told += self.acknowledged()
        with Ledger.open(self.path) as ledger:
            for entry_id, index, leaf in self._told[0 if whole else self._judged :]:
                entry = ledger.get(entry_id)
                assert entry is not None, f"{entry_id} was acknowledged and is lost"
                assert (entry.index, entry.leaf_hash.hex()) == (index, leaf)
            size = ledger.size
        self._judged = len(self._told)
        if whole:
            assert len({entry_id for entry_id, _, _ in self._told}) == len(self._told)
            report = audit.run(self.path)
            assert (report.findings, report.size) == ((), size)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with ExitStack() as stack, tempfile.TemporaryDirectory() as short:
        yield Fleet(tmp_path, Path(short), stack)


@contextmanager
def ended(writer: subprocess.Popen[str]) -> Iterator[None]:
    """However the block ends, no process of the writer is left."""
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(writer.pid, signal.SIGKILL)
        writer.communicate()


def test_kill_9_at_random_under_load(fleet: Fleet) -> None:
    for number in range(ROUNDS):
        before = fleet.told()
        writer = fleet.writer()
        with ended(writer):
            fleet.wait_for_more(before)
            time.sleep(random.uniform(0, 0.2))
        if number % 10 == 0 or number == ROUNDS - 1:
            fleet.judge(whole=number % 100 == 0 or number == ROUNDS - 1)


@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
@pytest.mark.parametrize("fault", ["signal=KILL", "error=EIO", "error=ENOSPC"])
def test_a_fault_in_a_call_of_the_writer(fleet: Fleet, call: str, fault: str) -> None:
    with ended(fleet.writer()):  # the ledger is made, and its log is warm
        fleet.wait_for_more(0)
    paths = [word for end in ("", "-wal") for word in ("-P", f"{fleet.path}{end}")]
    for when in range(1, 120) if EVERYTHING else SOME:
        inject = f"inject={call}:{fault}:when={when}" + ("+" if fault.startswith("error") else "")
        writer = fleet.writer(*STRACE, "-o", os.devnull, "-e", f"trace={call}", "-e", inject, *paths)
        with ended(writer):
            deadline = time.monotonic() + 0.6
            while writer.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
        fleet.judge(whole=when % 40 == 0 or not EVERYTHING)
    before = fleet.told()
    with ended(fleet.writer()):
        fleet.wait_for_more(before)
    fleet.judge()
