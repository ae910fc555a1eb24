"""`python -m bench.over_http`: decisions a second over HTTP, the product beside FastAPI + zen-engine."""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.measure import machine
from bench.over_http import servers
from bench.over_http.bodies import Bodies, compare
from bench.over_http.load import Measured, load
from bench.over_http.servers import Server
from bench.places import ROOT


class Contender(NamedTuple):
    """One service and the path on it that decides."""

    server: Server
    path: str


def main() -> None:
    """Compares, measures and prints."""
    asked = _arguments()
    bodies = Bodies()
    with _folder(asked.folder) as folder, _contenders(folder, asked.workers) as contenders:
        for one in contenders.values():
            compare(one.server.address, one.path, one.server.credential, bodies)
        file = bodies.write(folder / "bodies")
        print(machine())
        print(f"{len(bodies.requests)} requests, six decisions each, all answers equal; {asked.workers} workers;")
        print(f"medians of {asked.rounds} interleaved rounds of {asked.seconds:g} s")
        for connections in asked.connections:
            _print(connections, _rounds(contenders, file, connections, asked.rounds, asked.seconds))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.over_http", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="of load, for each service in each round")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--folder", type=Path, default=ROOT / "build", help="on the disk that is to be measured")
    return parser.parse_args()


@contextmanager
def _folder(parent: Path) -> Iterator[Path]:
    parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=parent) as name:
        yield Path(name)


@contextmanager
def _contenders(folder: Path, workers: int) -> Iterator[dict[str, Contender]]:
    with ExitStack() as stack:
        product = stack.enter_context(servers.product(folder / "product", workers))
        recorded = stack.enter_context(servers.peer(folder / "recorded", workers, recorded=True))
        unrecorded = stack.enter_context(servers.peer(folder / "unrecorded", workers, recorded=False))
        yield {
            "product, recorded": Contender(product, "/v1/decisions"),
            "FastAPI + zen, recorded": Contender(recorded, "/decisions"),
            "FastAPI + zen, no record": Contender(unrecorded, "/decisions"),
        }


def _rounds(
    contenders: Mapping[str, Contender], bodies: Path, connections: int, rounds: int, seconds: float
) -> dict[str, Measured]:
    """The median of each figure over rounds in which every contender has its turn."""
    found: dict[str, list[Measured]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, (server, path) in contenders.items():
            found[name].append(load(server.url(path), bodies, connections, seconds, server.credential))
    return {name: Measured(*map(statistics.median, zip(*some, strict=True))) for name, some in found.items()}


def _print(connections: int, found: Mapping[str, Measured]) -> None:
    base = found["FastAPI + zen, recorded"].rate
    print(f"\n{connections} connections{'':16} req/s  p50 ms  p99 ms  × recorded peer")
    for name, one in found.items():
        print(f"{name:28} {one.rate:8.0f} {one.p50:7.1f} {one.p99:7.1f} {one.rate / base:16.2f}")


if __name__ == "__main__":
    main()
