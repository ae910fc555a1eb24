"""`python -m bench.acknowledged`: decisions a second that are on disk when they are answered, over HTTP.

Beside this disk's own sync rate, measured just before in the same folder, and the same requests with the ledger
left out (`/v1/simulations`). Ratios compare between machines, rates do not.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from pathlib import Path

from bench.ledger import syncs_a_second
from bench.measure import machine
from bench.over_http import bodies, servers
from bench.over_http.bodies import Contender
from bench.over_http.load import Measured, load
from bench.over_http.servers import Server
from bench.places import ROOT, scratch
from bench.report import publish, table

HEAD = (
    "connections", "syncs/s", "decisions/s", "a sync", "p50 ms", "p99 ms",
    "ledger off: decisions/s", "p50 ms", "p99 ms", "off : on",
)  # fmt: skip


def main() -> None:
    """Print a line for each number of connections."""
    asked = _arguments()
    given = bodies.made()
    with scratch(asked.folder) as folder, servers.product(folder / "product", asked.workers) as server:
        for path in ("/v1/decisions", "/v1/simulations"):
            bodies.compare(path, Contender(server, path), given)
        file = folder / "bodies"
        file.write_bytes(b"\n".join(given.single()) + b"\n")
        rows = [_row(server, folder, file, connections, asked) for connections in asked.connections]
    about = f"{machine(workers=asked.workers)}.\nMedians of {asked.rounds} rounds, each of {asked.seconds:g} s."
    publish("acknowledged", f"{about}\n\n{table(HEAD, rows)}", asked.write)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.acknowledged", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 16, 64])
    parser.add_argument("--folder", type=Path, default=ROOT / "build", help="on the disk that is to be measured")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    return parser.parse_args()


def _row(server: Server, folder: Path, file: Path, connections: int, asked: argparse.Namespace) -> Sequence[object]:
    syncs, on, off = [], [], []
    for _ in range(asked.rounds):
        syncs.append(syncs_a_second(folder, 0.5))
        on.append(load(server, "/v1/decisions", file, connections, asked.seconds))
        off.append(load(server, "/v1/simulations", file, connections, asked.seconds))
    rate, recorded, simulated = statistics.median(syncs), _median(on), _median(off)
    return (
        connections, f"{rate:,.0f}", f"{recorded.rate:,.0f}", f"{recorded.rate / rate:.2f}",
        f"{recorded.p50:.1f}", f"{recorded.p99:.1f}", f"{simulated.rate:,.0f}",
        f"{simulated.p50:.1f}", f"{simulated.p99:.1f}", f"{simulated.rate / recorded.rate:.2f}",
    )  # fmt: skip


def _median(found: Sequence[Measured]) -> Measured:
    return Measured(*map(statistics.median, zip(*found, strict=True)))


if __name__ == "__main__":
    main()
