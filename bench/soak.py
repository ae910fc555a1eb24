"""`python -m bench.soak`: a million decisions and 200 reloads of the policy, and what memory each process has then.

The requests go in batches over several connections. Meanwhile a parameter in a copy of the policy folder changes
again and again, and every change is a release. Ends with 1 if a process grew by more than `--most` MB from the
first tenth to the end, if an answer was an error, or if an entry is missing.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import re
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from bench.cases import POLICIES
from bench.measure import machine
from bench.over_http import bodies, process, servers
from bench.over_http.servers import Server
from bench.places import ROOT, scratch
from bench.report import publish, table

PARAMETER = re.compile(r"(overdue_days:.*?value: )[0-9]+", re.DOTALL)


class Load:
    """Posts batches until so many decisions are made, from several threads; what fails is kept."""

    def __init__(self, server: Server, decisions: int) -> None:
        self.decided = 0
        self.failed: list[str] = []
        self._server = server
        self._wanted = decisions
        self._mutex = threading.Lock()
        self._batches: Iterator[bytes] = itertools.cycle(bodies.made().batches("items"))

    def run(self) -> None:
        """One connection's share."""
        connection = http.client.HTTPConnection(*self._server.address, timeout=60)
        headers = {"Content-Type": "application/json", "Authorization": self._server.credential}
        while not self.failed:
            with self._mutex:
                if self.decided >= self._wanted:
                    return
                self.decided += bodies.BATCH
                body = next(self._batches)
            connection.request("POST", "/v1/decisions/batch", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200 or not text.endswith(b'"recorded":%d,"repeated":0,"refused":0}' % bodies.BATCH):
                self.failed.append(f"{answer.status}: {text[-300:].decode()}")


def main() -> None:
    """Run, print, judge."""
    asked = _arguments()
    with scratch(asked.folder) as folder:
        policies = folder / "policies"
        shutil.copytree(POLICIES, policies)
        with servers.product(folder / "data", asked.workers, "--policies", str(policies)) as server:
            load = Load(server, asked.decisions)
            samples = _soaked(load, server, policies, asked)
            size = int(_ready(server)["ledger"]["size"])
    grown = {what: samples[-1][what] - samples[0][what] for what in samples[0]}
    rows = [(f"`{what}`", *(f"{one.get(what, 0):.0f}" for one in samples)) for what in samples[0]]
    head = ("MB of its own at tenths of the way", *map(str, range(1, len(samples) + 1)))
    about = f"{machine(workers=asked.workers)}.\n{load.decided:,} decisions, {asked.reloads} reloads."
    publish("soak", f"{about}\n\n{table(head, rows)}", asked.write)
    if load.failed or size < load.decided + asked.reloads or max(grown.values()) > asked.most:
        sys.exit(f"failed: {load.failed[:1]}, {size} entries, grown by {grown}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--decisions", type=int, default=1_000_000)
    parser.add_argument("--reloads", type=int, default=200)
    parser.add_argument("--most", type=float, default=50, help="MB that a process may grow by")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=ROOT / "build")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    return parser.parse_args()


def _soaked(load: Load, server: Server, policies: Path, asked: argparse.Namespace) -> Sequence[dict[str, float]]:
    """The memory of each process at every tenth of the way."""
    threads = [threading.Thread(target=load.run) for _ in range(2 * asked.workers)]
    for thread in threads:
        thread.start()
    samples: list[dict[str, float]] = []
    changed, releases = 0, set[str]()
    while any(thread.is_alive() for thread in threads) or changed < asked.reloads:
        now = _ready(server)["policy"]["release"]
        if now not in releases and changed < asked.reloads:  # the change before is in force, in one worker at least
            releases.add(now)
            changed += 1
            _change(policies / "parameters.yaml", changed)
        if load.decided >= asked.decisions * (len(samples) + 1) / 10:
            samples.append(_memory(server))
        time.sleep(0.5)
        if server.process.poll() is not None:
            raise SystemExit("the service has ended")
    return [*samples, _memory(server)]


def _change(file: Path, number: int) -> None:
    """Another value of a parameter that all cases decide alike with; the file is never seen half written."""
    text, count = PARAMETER.subn(rf"\g<1>{30 + number}", file.read_text(encoding="utf-8"), count=1)
    if count != 1:
        raise SystemExit("the policies have no parameter to change")
    new = file.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)


def _memory(server: Server) -> dict[str, float]:
    """By process: its place among those of its kind, and its share of memory."""
    found = sorted(process.memory(server), key=lambda one: one.what)
    return {f"{place} {one.what}": one.share for place, one in enumerate(found)}


def _ready(server: Server) -> Any:
    connection = http.client.HTTPConnection(*server.address, timeout=60)
    connection.request("GET", "/readyz")
    try:
        return orjson.loads(connection.getresponse().read())
    finally:
        connection.close()


if __name__ == "__main__":
    main()
