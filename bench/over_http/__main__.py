"""`python -m bench.over_http`: decisions a second over HTTP, the product beside FastAPI + zen-engine.

Every answer of every contender is compared before anything is timed.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from bench.measure import machine
from bench.over_http import bodies, contenders, pace, process, servers
from bench.over_http.bodies import Bodies, Contender
from bench.over_http.contenders import BATCH, PRODUCT, RECORDED, Running
from bench.over_http.load import Measured, generator, load
from bench.over_http.servers import Server
from bench.places import ROOT, scratch
from bench.report import publish, table

IN_BATCHES = 4
"""Connections: what is on its way when the load ends was worked on and does not count, and a batch is much."""
PARTS = ("rates", "pace", "start")


def main() -> None:
    """Compares, measures and prints."""
    asked = _arguments()
    generator()
    given = bodies.made()
    say = partial(publish, write=asked.write)
    with scratch(asked.folder) as folder, contenders.running(folder, asked.workers) as running:
        _compare(running, given)
        say(
            "http",
            f"{machine(workers=asked.workers)}.\n{len(given.requests)} requests of six decisions in turn, all answers "
            f"equal; medians of {asked.rounds} interleaved rounds of {asked.seconds:g} s.",
        )
        peaks: dict[str, float] = {}
        if "rates" in asked.parts:
            peaks = _rates(running, folder, given, asked, say)
        if "pace" in asked.parts:
            say("pace", _paced(running, given, asked, peaks))
        memory = _memory(running)
    if "start" in asked.parts:
        with scratch(asked.folder) as folder:
            say("start", f"{memory}\n\n{_starts(folder, given, asked)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.over_http", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="of load, for each service in each round")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="rates, pace at half the peak, start")
    parser.add_argument("--folder", type=Path, default=ROOT / "build", help="on the disk that is to be measured")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    return parser.parse_args()


def _compare(running: Running, given: Bodies) -> None:
    for part, found in running.parts.items():
        for name, one in found.items():
            bodies.compare(f"{name} ({part})", one, given, batch=part == BATCH)


def _rates(
    running: Running, folder: Path, given: Bodies, asked: argparse.Namespace, say: Callable[[str, str], None]
) -> dict[str, float]:
    """Answers a second of every contender; its highest is returned for those that record."""
    peaks: dict[str, float] = {}
    for number, (part, found) in enumerate(running.parts.items()):
        texts = []
        for connections in asked.connections if part != BATCH else [IN_BATCHES]:
            measured = _rounds(found, folder, given, connections, asked, batch=part == BATCH)
            texts.append(f"{part}, {connections} connections:\n\n{_table(measured)}")
            if part == RECORDED:
                peaks = {name: max(one.rate, peaks.get(name, 0)) for name, one in measured.items()}
        say(f"http-{number}", "\n\n".join(texts))
    return peaks


def _rounds(
    found: Mapping[str, Contender],
    folder: Path,
    given: Bodies,
    connections: int,
    asked: argparse.Namespace,
    batch: bool,
) -> dict[str, Measured]:
    """The median of each figure over rounds in which every contender has its turn."""
    measured: dict[str, list[Measured]] = {name: [] for name in found}
    for _ in range(asked.rounds):
        for name, one in found.items():
            texts = given.batches(one.member) if batch else given.single()
            path = folder / "bodies"
            path.write_bytes(b"\n".join(texts) + b"\n")
            took = load(one.server, one.path, path, connections, asked.seconds)
            many = bodies.BATCH if batch else 1
            measured[name].append(took._replace(rate=took.rate * many, processor=took.processor / many))
    return {name: Measured(*map(statistics.median, zip(*some, strict=True))) for name, some in measured.items()}


def _table(measured: Mapping[str, Measured]) -> str:
    base = next(iter(measured.values()))
    rows = [
        (name, f"{one.rate:,.0f}", f"{one.rate / base.rate:.2f}", f"{one.p50:.1f}", f"{one.p99:.1f}",
         f"{one.processor:.0f}", f"{base.processor / one.processor:.2f}")
        for name, one in measured.items()
    ]  # fmt: skip
    head = ("service", "decisions/s", "first = 1", "p50 ms", "p99 ms", "processor µs a decision", "first = 1, inverse")
    return table(head, rows)


def _paced(running: Running, given: Bodies, asked: argparse.Namespace, peaks: Mapping[str, float]) -> str:
    """Waits at half the rate that each contender can keep up; medians over rounds in which each has its turn."""
    found = running.parts[RECORDED]
    rates = {name: peaks.get(name, 0) / 2 or 200 for name in found}
    connections, seconds = max(asked.connections), asked.seconds
    measured: dict[str, list[list[float]]] = {name: [] for name in found}
    for _ in range(asked.rounds):
        for name, one in found.items():
            process.rested(one.server)
            waits = pace.waits(one, given.single(), rates[name], seconds, connections)
            measured[name].append([pace.percentile(waits, share) for share in (0.5, 0.9, 0.99)])
    rows = [
        (name, f"{rates[name]:,.0f}", *(f"{statistics.median(waits):.1f}" for waits in zip(*some, strict=True)))
        for name, some in measured.items()
    ]
    head = ("service, recorded", "asked/s", "p50 ms", "p90 ms", "p99 ms")
    return (
        f"At half of its own peak each, for {seconds:g} s over at most {connections} connections, after a rest; every "
        f"wait counted from the moment that a request was due:\n\n{table(head, rows)}"
    )


def _memory(running: Running) -> str:
    """Of every process after the load; a worker is what there are several of."""
    rows: list[Sequence[object]] = []
    for name, one in running.parts[RECORDED].items():
        for found in process.memory(one.server):
            rows.append((name, f"`{found.what}`", f"{found.resident:.0f}", f"{found.share:.0f}"))
    head = ("service, recorded", "process", "resident MB", "proportional share MB")
    return f"Memory of each process after the load:\n\n{table(head, rows)}"


def _starts(folder: Path, given: Bodies, asked: argparse.Namespace) -> str:
    """From nothing to the first decision; the ledger of the product new, and the one that it made."""
    body = given.single()[0]
    again, rounds = folder / "again", range(asked.rounds)
    keys = [servers.credential_for(folder / f"new-{n}") for n in rounds]  # made before, for a start makes none
    known = servers.credential_for(again)
    starts = {
        "FastAPI + zen tables": lambda n: servers.peer(folder / f"peer-{n}", asked.workers, "tables", recorded=True),
        PRODUCT: lambda n: servers.product(folder / f"new-{n}", asked.workers, key=keys[n]),
        f"{PRODUCT}, on a ledger that is there": lambda _: servers.product(again, asked.workers, key=known),
    }
    with servers.product(again, asked.workers, key=known) as server:
        bodies.post(Contender(server, "/v1/decisions"), body)
    rows = []
    for name, start in starts.items():
        path = "/decisions" if name.startswith("FastAPI") else "/v1/decisions"
        took = [process.cold_start(partial(start, n), partial(_ask, path, body)) for n in rounds]
        rows.append((name, *(f"{statistics.median(some):.2f}" for some in zip(*took, strict=True))))
    head = ("service, recorded", "seconds", "of the processor")
    return f"From starting the process to its first decision:\n\n{table(head, rows)}"


def _ask(path: str, body: bytes, server: Server) -> None:
    bodies.post(Contender(server, path), body)


if __name__ == "__main__":
    main()
