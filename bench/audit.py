"""What an audit costs: `python -m bench.audit [entries [folder]]`.

Fills a ledger with entries of about 600 canonical bytes and two facets, audits it against a checkpoint, and
prints seconds for a million entries, beside what this machine needs for the least that an audit must do:
read every row and hash its bytes. The peak of memory is that of a process that does nothing else.
"""

from __future__ import annotations

import hashlib
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench.ledger import draft
from service.audit import run
from service.ledger import Log, Places
from service.proofs.notes import VerifierKey

THREADS = 64


def fill(places: Places, entries: int) -> VerifierKey:
    """A ledger of that many entries, and the key of its checkpoint."""
    log = Log.open(places, {})

    def work(first: int) -> None:
        for number in range(first, entries, THREADS):
            log.ledger.append(draft(str(number)))

    threads = [threading.Thread(target=work, args=(first,)) for first in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.close()
    return log.key


def least(path: Path) -> float:
    """Seconds to read every row and hash its bytes."""
    start = time.perf_counter()
    for (canonical,) in sqlite3.connect(path).execute("SELECT canonical FROM entries"):
        hashlib.sha256(b"\x00" + canonical).digest()
    return time.perf_counter() - start


def audit(path: Path, key: str, checkpoints: Path) -> None:
    """In a process of its own: seconds and the peak of memory."""
    start = time.perf_counter()
    report = run(path, VerifierKey.parse(key), [checkpoints])
    seconds = time.perf_counter() - start
    assert report.total == 0
    assert report.covered == report.size
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def main() -> None:
    """Print one line a size: the full one, and a tenth of it to show that memory does not grow."""
    if sys.argv[1:2] == ["-"]:
        audit(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
        return
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(" entries  audit s  s per million  least s per million  peak MB")
    for size in (entries // 10, entries):
        with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as name:
            folder = Path(name)
            places = Places(folder / "ledger.db", folder / "key", "bench", folder / "checkpoints")
            key = fill(places, size)
            command = [sys.executable, "-m", "bench.audit", "-", str(places.ledger), str(key), str(places.checkpoints)]
            seconds, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            took, plain = float(seconds), least(places.ledger)
            million = 1e6 / size
            print(f"{size:8}  {took:7.2f}  {took * million:13.1f}  {plain * million:19.1f}  {peak:>7}")


if __name__ == "__main__":
    main()
