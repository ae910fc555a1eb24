"""`python -m bench.decide`: the six credit rulesets, the product's engines beside zen-engine.

Every engine's answers are compared on every case before anything is timed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import cases, zen_credit
from bench.measure import machine, medians
from rules.engines.base import Engine
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter

COUNT = 300
ROUNDS = 51
EVERY = 10
"""The interpreter is timed on every tenth case: it is not made for speed."""

Run = Callable[[], None]


def main() -> None:
    """Compares, times and prints."""
    checked = cases.policies()
    facts = cases.complete(checked, COUNT)
    interpreter = Interpreter(checked)
    durable = DurableEngine(checked, interpreter)
    runs = {"durable": _ours(durable, facts), "zen-engine": _zen(facts, durable)}
    for given in facts:
        if durable.decide(cases.CREDIT, given, cases.AS_OF) != interpreter.decide(cases.CREDIT, given, cases.AS_OF):
            raise SystemExit(f"durable and interpreter disagree about {given}")
    times = medians(runs, ROUNDS, COUNT)
    times |= medians({"interpreter": _ours(interpreter, facts[::EVERY])}, 5, len(facts[::EVERY]))
    rules = sum(len(checked.rulesets[name].rules) for name in cases.CREDIT)
    print(f"{len(cases.CREDIT)} rulesets, {rules} rules, {COUNT} complete cases, all answers equal, one thread")
    print(machine())
    for name, time in times.items():
        print(f"{name:12} {time:8.1f} µs a case   {times['zen-engine'] / time:6.2f} × zen-engine")


def _ours(engine: Engine, facts: list[cases.Facts]) -> Run:
    def run() -> None:
        for given in facts:
            engine.decide(cases.CREDIT, given, cases.AS_OF)

    return run


def _zen(facts: list[cases.Facts], judge: Engine) -> Run:
    zen = zen_credit.engine()
    contexts: list[dict[str, Any]] = [zen_credit.context(f, cases.AS_OF) for f in facts]
    for given, context in zip(facts, contexts, strict=True):
        outcomes = judge.decide(cases.CREDIT, given, cases.AS_OF)
        found = zen_credit.differences(outcomes, zen.evaluate(zen_credit.GRAPH, context)["result"])
        if found:
            raise SystemExit(f"durable and zen disagree about {given}: {found}")

    def run() -> None:
        for context in contexts:
            zen.evaluate(zen_credit.GRAPH, context)

    return run


if __name__ == "__main__":
    main()
