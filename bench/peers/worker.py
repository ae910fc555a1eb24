"""One contender in a process of its own: `python -m bench.peers.worker NAME CASES`, spoken to line by line.

`answers` is answered by the decisions on all cases as JSON, `round` by the microseconds of processor time that
one decision took, of all threads, over all cases. A process each keeps one's garbage, threads and compiler out
of another's time.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path
from time import process_time
from typing import Any

Json = dict[str, Any]
MODULES = {
    "zen tables": ("zen_engine", "tables"), "zen expressions": ("zen_engine", "expressions"),
    "CEL": ("cel_rust",), "rule-engine": ("rule_engine_py",), "CLIPS": ("clips_py",), "Rego": ("rego_cpp",),
    "Drools": ("drools_py",), "product": ("product",),
    "product, cases it has not seen": ("product", "unseen"),
}  # fmt: skip


def main() -> None:
    """Reads lines until there are no more."""
    decide, rounds = _contender(sys.argv[1], Path(sys.argv[2]))
    for line in sys.stdin:
        cases = next(rounds)
        print(json.dumps([decide(one) for one in cases]) if line == "answers\n" else _round(decide, cases), flush=True)


def _contender(name: str, path: Path) -> tuple[Callable[[Any], Any], Iterator[list[Any]]]:
    """What decides, and the cases of each round."""
    module, *form = MODULES[name]
    peer: Any = importlib.import_module(f"bench.peers.{module}")
    cases: list[Json] = json.loads(path.read_text(encoding="utf-8"))["cases"]
    if hasattr(peer, "its_own"):
        return peer.make(), peer.its_own(len(cases), *form)
    prepare = getattr(peer, "prepare", lambda case: case)
    return peer.make(*form), repeat([prepare(case) for case in cases])


def _round(decide: Callable[[Any], Any], cases: list[Any]) -> float:
    gc.collect()
    gc.disable()
    start = process_time()
    for case in cases:
        decide(case)
    spent = process_time() - start
    gc.enable()
    return spent / len(cases) * 1e6


if __name__ == "__main__":
    main()
