"""`python -m bench.decide`: the six credit rulesets, the product's engines beside zen-engine.

Every engine's answers are compared on every case before anything is timed.
"""

from __future__ import annotations

from collections.abc import Callable

from bench import cases
from bench.measure import machine, medians
from bench.peers import contexts, zen_engine
from rules.engines.base import Engine
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter

COUNT = 300
ROUNDS = 51
EVERY = 10
"""The interpreter is timed on every tenth case: it is not made for speed."""

PEERS = ("zen tables", "zen expressions")

Run = Callable[[], None]


def main() -> None:
    """Compares, times and prints."""
    checked = cases.policies()
    facts = cases.complete(checked, COUNT)
    interpreter = Interpreter(checked)
    durable = DurableEngine(checked, interpreter)
    runs = {"durable": _ours(durable, facts)} | {name: _zen(name[4:], facts, durable) for name in PEERS}
    for given in facts:
        if durable.decide(cases.CREDIT, given, cases.AS_OF) != interpreter.decide(cases.CREDIT, given, cases.AS_OF):
            raise SystemExit(f"durable and interpreter disagree about {given}")
    times = medians(runs, ROUNDS, COUNT)
    times |= medians({"interpreter": _ours(interpreter, facts[::EVERY])}, 5, len(facts[::EVERY]))
    rules = sum(len(checked.rulesets[name].rules) for name in cases.CREDIT)
    print(f"{len(cases.CREDIT)} rulesets, {rules} rules, {COUNT} complete cases, all answers equal, one thread")
    print(machine())
    for name, time in times.items():
        print(f"{name:16} {time:8.1f} µs a case   {times[PEERS[0]] / time:6.2f} × {PEERS[0]}")


def _ours(engine: Engine, facts: list[cases.Facts]) -> Run:
    def run() -> None:
        for given in facts:
            engine.decide(cases.CREDIT, given, cases.AS_OF)

    return run


def _zen(form: str, facts: list[cases.Facts], judge: Engine) -> Run:
    decide = zen_engine.make(form)
    given = [contexts.context(f, cases.AS_OF) for f in facts]
    for one, context in zip(facts, given, strict=True):
        found = contexts.differences(judge.decide(cases.CREDIT, one, cases.AS_OF), decide(context))
        if found:
            raise SystemExit(f"durable and zen disagree about {one}: {found}")

    def run() -> None:
        for context in given:
            decide(context)

    return run


if __name__ == "__main__":
    main()
