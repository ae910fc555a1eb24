"""Two ways to keep one sequence for several worker processes: `python -m bench.writers [seconds [folder]]`.

A writer process behind a local socket, as the service has it, beside workers that each write the file
themselves under a file lock around every batch. The same entries, the same group commit within a worker, full
sync in both; prints acknowledged appends a second, p50 and p99, and the processor time of an append.
"""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import resource
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.ledger import draft, syncs_a_second
from service.background.child import SOCKET, Child
from service.ledger import Ledger
from service.ledger.batch import Batch, Outcome
from service.ledger.combiner import Combiner
from service.ledger.entry import Prepared, prepare
from service.ledger.readers import Readers
from service.ledger.tree import Head, head_at

WORKERS = 2
THREADS = (1, 8, 32)
"""In each worker."""
Append = Callable[[Prepared], Any]


class LockedWriter(Combiner):
    """What a worker would be that writes the file itself."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._readers = Readers(path)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("synchronous = FULL", "wal_autocheckpoint = 0", "foreign_keys = ON", "recursive_triggers = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._lock = os.open(path.with_name("batches.lock"), os.O_RDWR | os.O_CREAT)

    @property
    def size(self) -> int:
        return int(self._rows("SELECT coalesce(max(leaf_index) + 1, 0) FROM entries", {})[0][0])

    @property
    def head(self) -> Head:
        return head_at(self._rows, self.size)

    def _rows(self, sql: str, parameters: dict[str, Any]) -> list[Any]:
        return self._connection.execute(sql, parameters).fetchall()

    def _commit(self, drafts: Sequence[Prepared]) -> list[Outcome]:
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            batch = Batch(self._connection, self.head)
            outcomes = [batch.place(one) for one in drafts]
            batch.end()
            self._connection.execute("COMMIT")
            return outcomes
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)


def work(make: Callable[[], Append], name: str, threads: int, seconds: float, results: Any) -> None:
    """A worker: so many threads append for so long."""
    append = make()
    took: list[float] = []
    end = time.perf_counter() + seconds

    def run(thread: int) -> None:
        number = 0
        while time.perf_counter() < end:
            number += 1
            one = prepare(draft(f"{name}-{thread}-{number}"))
            before = time.perf_counter()
            append(one)
            took.append((time.perf_counter() - before) * 1e6)

    running = [threading.Thread(target=run, args=(thread,)) for thread in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    results.put((took, _processor_time()))


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Locked:
    """Makes the appends of the one way."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> Append:
        writer = LockedWriter(self.path)
        return lambda one: writer.append((one,))


class Asked:
    """Makes the appends of the other."""

    def __init__(self, path: Path, listening: Path) -> None:
        self.places = path, listening

    def __call__(self) -> Append:
        ledger, _ = Ledger.connect(*self.places)
        return lambda one: ledger.append_prepared((one,))


def measured(make: Callable[[], Append], name: str, threads: int, seconds: float) -> tuple[list[float], float]:
    """How long each append took in µs, sorted; and the processor time of the workers."""
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    workers = [
        spawn.Process(target=work, args=(make, f"{name}{threads}w{number}", threads, seconds, results))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    found = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    return sorted(one for took, _ in found for one in took), sum(used for _, used in found)


def report(way: str, threads: int, took: list[float], used: float, seconds: float, syncs: float) -> None:
    rate = len(took) / seconds
    p50, p99 = took[len(took) // 2] / 1e3, took[len(took) * 99 // 100] / 1e3
    cost = used * 1e6 / len(took)
    print(f"{way:15}{WORKERS} x {threads:<6}{rate:9.0f}{rate / syncs:8.2f}{p50:9.2f}{p99:9.2f}{cost:10.0f}")


def main() -> None:
    """Both ways in turn, for each number of threads."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    parent = sys.argv[2] if len(sys.argv) > 2 else None
    print("way            threads   appends/s  /fsync   p50 ms   p99 ms   µs each")
    for threads in THREADS:
        with tempfile.TemporaryDirectory(dir=parent) as name:
            folder = Path(name)
            syncs = syncs_a_second(folder, 0.5)
            Ledger.open(folder / "locked.sqlite").close()
            took, used = measured(Locked(folder / "locked.sqlite"), "l", threads, seconds)
            report("file lock", threads, took, used, seconds, syncs)
            listening = folder / "writer"
            writer = Child("service.background.writer", {**os.environ, "DATA_DIR": name, SOCKET: str(listening)})
            writer.go()
            writer.wait_until_ready()
            took, used = measured(Asked(folder / "ledger.sqlite", listening), "s", threads, seconds)
            writer.stop(patience=10)
            report("writer process", threads, took, used, seconds, syncs)


if __name__ == "__main__":
    main()
