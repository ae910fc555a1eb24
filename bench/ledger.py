"""What an append costs: `python -m bench.ledger [seconds [folder]]`.

Appends entries of about 600 canonical bytes (two facets, an idempotency key) from 1, 8 and 64 threads and
prints acknowledged appends a second and their p50 and p99 in µs, each beside this disk's own sync rate,
measured just before it in the same folder: ratios compare between machines, rates do not.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

from service.ledger import Draft, Facet, Ledger

THREADS = (1, 8, 64)
CONTENT = {
    "policy": {"label": "2026-11-01", "release": "sha256:" + "ab" * 32},
    "facts": {"credit": {"limit": "500000.00", "receivables": "410000.00"}, "order": {"amount": "20000.00"}},
}
FACETS = (
    Facet("limit_escalation", "decided", "escalation", "report"),
    Facet("access", "decided", "access", "deny"),
)


def draft(name: str) -> Draft:
    """An entry of about 600 bytes, of its own id and key."""
    digest = hashlib.sha256(name.encode()).digest()
    now = dt.datetime.now(dt.UTC)
    return Draft("decision", name, "C-1024", now.date(), now, digest, digest, CONTENT, FACETS)


def syncs_a_second(folder: Path, seconds: float) -> float:
    """How often this disk appends 4 KB and syncs them, one after the other."""
    path = folder / "syncs"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        os.write(descriptor, b"x" * 4096)
        os.fsync(descriptor)
        count += 1
    os.close(descriptor)
    path.unlink()
    return count / spent


def appends(ledger: Ledger, threads: int, seconds: float) -> tuple[float, list[float]]:
    """Acknowledged appends a second, and how long each took in µs, sorted."""
    took: list[list[float]] = [[] for _ in range(threads)]
    start = time.perf_counter()
    end = start + seconds

    def work(thread: int) -> None:
        number = 0
        while time.perf_counter() < end:
            number += 1
            one = draft(f"{threads}-{thread}-{number}")
            before = time.perf_counter()
            ledger.append(one)
            took[thread].append((time.perf_counter() - before) * 1e6)

    workers = [threading.Thread(target=work, args=(thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    spent = time.perf_counter() - start
    all_of_them = sorted(one for some in took for one in some)
    return len(all_of_them) / spent, all_of_them


def main() -> None:
    """Print one line a number of threads."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as name:
        folder = Path(name)
        with Ledger.open(folder / "ledger.db") as ledger:
            entry = ledger.append(draft("first")).entry
            print(f"an entry of {len(entry.canonical)} canonical bytes, {seconds:g} s each")
            print("threads  appends/s  p50 µs  p99 µs  fsync/s  appends per fsync  p50 in fsyncs")
            for threads in THREADS:
                syncs = syncs_a_second(folder, seconds / 3)
                rate, took = appends(ledger, threads, seconds)
                p50, p99 = took[len(took) // 2], took[len(took) * 99 // 100]
                print(
                    f"{threads:7}  {rate:9.0f}  {p50:6.0f}  {p99:6.0f}  {syncs:7.0f}"
                    f"  {rate / syncs:17.2f}  {p50 * syncs / 1e6:13.2f}"
                )


if __name__ == "__main__":
    main()
