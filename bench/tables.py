"""`python -m bench.tables`: one lookup in a table of 10 to 5,000 rows, the product beside zen-engine.

A tariff by region, class and weight; each row is one cell of the grid, so exactly one row holds.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import zen

from bench.measure import machine, medians
from bench.peers.zen_engine import table
from rules.check import check
from rules.check.checked import CheckedPolicySet
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from rules.syntax.load import load

SIZES = (10, 200, 1_000, 5_000)
REGIONS, CLASSES, STEP = 5, 2, 50
LOOKUPS = 300
PASSES = 5
"""Times over the same keys in one round, so that a table is warm whoever ran before it."""
ROUNDS = 31
AS_OF = dt.date(2026, 11, 23)
Row = tuple[int, int, int, int, int]
"""Region, class, weights from and to, fee in whole units."""


def rows(size: int) -> list[Row]:
    """A grid of so many cells."""
    bands = size // (REGIONS * CLASSES)
    grid = ((r, c, b) for r in range(REGIONS) for c in range(CLASSES) for b in range(bands))
    return [(r, c, b * STEP, (b + 1) * STEP, n) for n, (r, c, b) in enumerate(grid)]


def policy(table_rows: list[Row]) -> CheckedPolicySet:
    """The table as a policy of the product."""
    lines = [f'| R-{n} | A | "r{r}" | "c{c}" | [{low}..{high}) | {n} | - |' for r, c, low, high, n in table_rows]
    because = "\n".join(f"  R-{n}: {{zh: 行, en: row}}" for *_, n in table_rows)
    return check(load(FILES | {"tariff/fee.yaml": RULESET.format(table="\n  ".join(lines), because=because)}))


def graph(table_rows: list[Row]) -> dict[str, Any]:
    """The table as a graph of zen."""
    cells = [([f"'r{r}'", f"'c{c}'", f"[{low}..{high})"], [str(fee)]) for r, c, low, high, fee in table_rows]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        table("fee", ["region", "class", "weight"], ["fee"], cells),
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}},
    ]
    edges = [
        {"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in (("in", "fee"), ("fee", "out"))
    ]
    return {"nodes": nodes, "edges": edges}


def lookups(table_rows: list[Row], seed: int = 1) -> list[tuple[str, str, int]]:
    """Keys anywhere in the table, half of them at the end of a band."""
    rnd = random.Random(seed)
    top = max(high for *_, high, _ in table_rows)
    weights = [rnd.randrange(top) if rnd.random() < 0.5 else rnd.randrange(0, top, STEP) for _ in range(LOOKUPS)]
    return [(f"r{rnd.randrange(REGIONS)}", f"c{rnd.randrange(CLASSES)}", weight) for weight in weights]


def runs(size: int) -> dict[str, Callable[[], None]]:
    """Both contenders for a table of one size, once their answers are equal."""
    found = rows(size)
    checked = policy(found)
    durable = DurableEngine(checked, Interpreter(checked))
    peer = zen.ZenEngine({"loader": {"type": "static", "content": {"fee": graph(found)}}})
    keys = lookups(found)
    facts = [{"parcel.region": r, "parcel.class": c, "parcel.weight": Decimal(w)} for r, c, w in keys]
    contexts = [{"region": r, "class": c, "weight": w} for r, c, w in keys]
    for given, context in zip(facts, contexts, strict=True):
        ours = durable.decide(("fee",), given, AS_OF)["fee"].values["fee"]
        theirs = peer.evaluate("fee", context)["result"]["fee"]
        if ours != theirs:
            raise SystemExit(f"durable says {ours} and zen {theirs} about {context}")

    def run_durable() -> None:
        for given in facts * PASSES:
            durable.decide(("fee",), given, AS_OF)

    def run_zen() -> None:
        for context in contexts * PASSES:
            peer.evaluate("fee", context)

    return {f"durable {size}": run_durable, f"zen-engine {size}": run_zen}


def main() -> None:
    """Compares, times and prints."""
    contenders = {name: run for size in SIZES for name, run in runs(size).items()}
    times = medians(contenders, ROUNDS, LOOKUPS * PASSES)
    print(f"one lookup, µs; {LOOKUPS} keys, all answers equal; one thread; medians of {ROUNDS} interleaved rounds")
    print(machine())
    print(f"{'rows':>6} {'durable':>9} {'zen-engine':>11} {'ratio':>6}")
    for size in SIZES:
        ours, theirs = times[f"durable {size}"], times[f"zen-engine {size}"]
        print(f"{size:>6} {ours:>9.1f} {theirs:>11.1f} {theirs / ours:>6.1f}")


FILES = {
    "policy.yaml": "name: tariff\nlabel: bench\ntitle: {zh: 资费, en: Tariff}\n",
    "vocabulary.yaml": f"""facts:
  parcel.region:
    label: {{zh: 地区, en: Region}}
    type: enum
    values: {{{", ".join(f"r{r}: {{zh: 区, en: region}}" for r in range(REGIONS))}}}
    sensitivity: internal
  parcel.class:
    label: {{zh: 类别, en: Class}}
    type: enum
    values: {{{", ".join(f"c{c}: {{zh: 类, en: class}}" for c in range(CLASSES))}}}
    sensitivity: internal
  parcel.weight:
    label: {{zh: 重量, en: Weight in grams}}
    type: integer
    minimum: 0
    sensitivity: internal
""",
    "parameters.yaml": "parameters: {}\n",
    "actions.yaml": "roles: {}\nactions: {}\n",
    "source/tariff.yaml": "document: {zh: 资费, en: Tariff}\nparagraphs:\n  A: {zh: 资费, en: Tariff}\n",
}
RULESET = """ruleset: fee
title: {{zh: 资费, en: Fee}}
clause: A
hit_policy: FIRST
outputs:
  fee:
    label: {{zh: 资费, en: Fee}}
    type: integer
    default: 0
table: |
  | id | clause | parcel.region | parcel.class | parcel.weight | => fee | actions |
  {table}
because:
{because}
"""


if __name__ == "__main__":
    main()
