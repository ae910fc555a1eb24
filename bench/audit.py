"""What an audit costs: `python -m bench.audit [entries [folder]] [--write]`.

Fills a ledger with decisions of the six credit rulesets, recorded in batches as the service records them, audits
it against a checkpoint as `run.py audit --replay none` does, and prints the processor's seconds for a million
entries more, beside those of the least that an audit must do: read every row and hash its bytes. The peak of memory
is that of a process that does nothing else. Deciding again is a sample of a fixed size, and not counted.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path
from time import process_time
from typing import NamedTuple

import orjson

from bench.cases import POLICIES
from bench.measure import machine
from bench.over_http import bodies
from bench.places import ROOT, scratch
from bench.report import publish, table
from service.audit import run
from service.batch import Batch
from service.checks import Lookup, NamedReleases, References
from service.decide import Decider, DecisionService
from service.ledger import Log, Places
from service.proofs.notes import VerifierKey
from service.reload import load_folder


def fill(places: Places, entries: int) -> VerifierKey:
    """A ledger of that many decisions and one release, and the key of its checkpoint."""
    log = Log.open(places, {})
    service = DecisionService(Decider(load_folder(POLICIES), "off"), log.ledger)
    requests = bodies.made().requests
    items = [requests[n % len(requests)] for n in range(entries)]
    for start in range(0, entries, 1000):
        for _ in Batch(service, orjson.dumps({"items": items[start : start + 1000]})).results():
            pass
    log.close()
    return log.key


def least(path: Path) -> float:
    """Seconds to read every row and hash its bytes."""
    start = process_time()
    for (canonical,) in sqlite3.connect(path).execute("SELECT canonical FROM entries"):
        hashlib.sha256(b"\x00" + canonical).digest()
    return process_time() - start


def audit(path: Path, key: str, checkpoints: Path) -> None:
    """In a process of its own: seconds and the peak of memory."""
    start = process_time()
    with Lookup(path) as lookup:
        releases = NamedReleases(lookup)
        report = run(path, VerifierKey.parse(key), [checkpoints], checks=(releases, References(lookup)))
    seconds = process_time() - start
    if report.total or report.covered != report.size:
        raise SystemExit(f"not as it was written: {report.findings[:3]}")
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def main() -> None:
    """Print one line a size: the full one, and a tenth of it to show that memory does not grow."""
    if sys.argv[1:2] == ["-"]:
        audit(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(prog="python -m bench.audit")
    parser.add_argument("entries", type=int, nargs="?", default=20_000)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "build", help="on the disk to be measured")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    asked = parser.parse_args()
    few, many = (_measured(asked.folder, size) for size in (asked.entries // 10, asked.entries))
    rows = [(f"{m.entries:,}", f"{m.bytes:,.0f}", f"{m.audit:.2f}", f"{m.least:.2f}", m.peak) for m in (few, many)]
    more = 1e6 / (many.entries - few.entries)
    publish(
        "audit",
        f"{machine()}.\n\n{table(('entries', 'bytes each', 'audit s', 'least s', 'peak MB'), rows)}\n\n"
        f"A million entries more: {(many.audit - few.audit) * more:.0f} s of the processor, "
        f"the least {(many.least - few.least) * more:.0f} s.",
        asked.write,
    )


class Measured(NamedTuple):
    """A ledger of so many entries of so many bytes, and what its audit took in seconds of the processor."""

    entries: int
    bytes: float
    audit: float
    least: float
    peak: int


def _measured(parent: Path, size: int) -> Measured:
    with scratch(parent) as folder:
        places = Places(folder / "ledger.db", folder / "key", "bench", folder / "checkpoints")
        key = fill(places, size)
        command = [sys.executable, "-m", "bench.audit", "-", str(places.ledger), str(key), str(places.checkpoints)]
        seconds, peak = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
        plain = least(places.ledger)
        (average,) = sqlite3.connect(places.ledger).execute("SELECT avg(length(canonical)) FROM entries").fetchone()
    return Measured(size, average, float(seconds), plain, int(peak))


if __name__ == "__main__":
    main()
