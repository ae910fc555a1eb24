"""`python -m bench.layers`: the processor time that each layer of a decision over HTTP costs, as a waterfall.

One worker each; a layer's cost is what a request costs with it less what it costs without it. The last ones are
the product itself: what its worker does more than the layers before, and the processes beside it.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.layers import picture
from bench.layers.app import LAYERS
from bench.measure import machine
from bench.over_http import bodies, servers
from bench.over_http.bodies import Contender
from bench.over_http.load import load
from bench.over_http.process import processor_times
from bench.over_http.servers import Server
from bench.places import ROOT, scratch
from bench.report import publish, table

CONNECTIONS = 16
WHAT = {
    "echo": "echo: granian, WSGI, reading the body",
    "gate": "gate: the key, its scopes and its rate",
    "parse": "parse: strict JSON, exact numbers",
    "validate": "validate: the request to typed facts",
    "decide": "decide: six rulesets",
    "present": "present: near misses, labels, actions, the answer",
    "canonical": "canonical: the entry's bytes and facets",
    "worker": "record: to the writer and back, in the worker",
    "writer": "record: hash, insert, sync, in the writer",
    "follower": "beside: the register, which follows",
}


def main() -> None:
    """Measures, prints, draws."""
    asked = _arguments()
    with scratch(asked.folder) as folder, _running(folder) as running:
        costs = _costs(_rounds(running, folder, asked.rounds, asked.seconds))
    whole = sum(costs.values())
    rows = [(WHAT[name], f"{cost:.0f}", f"{cost / whole:.0%}") for name, cost in costs.items()]
    text = (
        f"{machine()}.\nMedians of {asked.rounds} interleaved rounds of {asked.seconds:g} s, {CONNECTIONS} connections."
        f"\n\n{table(('layer', 'processor µs', 'share'), [*rows, ('together', f'{whole:.0f}', '100%')])}"
    )
    publish("layers", text, asked.write)
    if asked.write:
        picture.write({WHAT[name]: cost for name, cost in costs.items()}, ROOT / "docs" / "performance-waterfall.svg")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.layers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--folder", type=Path, default=ROOT / "build", help="on the disk that is to be measured")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md, and the picture")
    return parser.parse_args()


@contextmanager
def _running(folder: Path) -> Iterator[dict[str, Contender]]:
    with ExitStack() as stack:
        product = stack.enter_context(servers.product(folder / "product", 1))
        made = {
            name: Contender(stack.enter_context(_layer(name, folder / "product", product.credential)), "/")
            for name in LAYERS
        }
        yield made | {"product": Contender(product, "/v1/decisions")}


@contextmanager
def _layer(name: str, folder: Path, credential: str) -> Iterator[Server]:
    with servers.module("bench.layers.app", name, folder=folder, credential=credential) as server:
        yield server


def _rounds(running: Mapping[str, Contender], folder: Path, rounds: int, seconds: float) -> dict[str, dict[str, float]]:
    """Microseconds of each process of each service for one request."""
    path = folder / "bodies"
    path.write_bytes(b"\n".join(bodies.made().single()) + b"\n")
    samples: dict[str, dict[str, list[float]]] = {name: {} for name in running}
    for _ in range(rounds):
        for name, (server, target, _member) in running.items():
            before = processor_times(server)
            measured = load(server, target, path, CONNECTIONS, seconds)
            for process, spent in processor_times(server).items():
                cost = (spent - before.get(process, 0)) / (measured.rate * seconds) * 1e6
                samples[name].setdefault(process, []).append(cost)
    return {name: {p: statistics.median(some) for p, some in found.items()} for name, found in samples.items()}


def _costs(found: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """What each layer adds; noise below nothing is nothing."""
    product = found["product"]
    writer, follower = (
        sum(cost for name, cost in product.items() if name.endswith(what)) for what in (".writer", ".follower")
    )
    whole = [sum(found[name].values()) for name in LAYERS] + [sum(product.values()) - writer - follower]
    added = [max(after - before, 0) for before, after in zip([0, *whole], whole, strict=False)]
    return dict(zip((*LAYERS, "worker"), added, strict=True)) | {"writer": writer, "follower": follower}


if __name__ == "__main__":
    main()
