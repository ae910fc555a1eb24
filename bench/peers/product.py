"""The product's engine, timed as the peers are: typed facts in; values, rules, actions and statuses out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count as count_from
from typing import Any

from bench import cases
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from rules.model.decision import Outcome

Json = dict[str, Any]


def make() -> Callable[[Json], Mapping[str, Outcome]]:
    """Decides one case."""
    checked = cases.policies()
    engine = DurableEngine(checked, Interpreter(checked))
    return lambda facts: engine.decide(cases.CREDIT, facts, cases.AS_OF)


def its_own(count: int, form: str = "") -> Iterator[list[Json]]:
    """The cases of each round as the engine takes them from a request that was read: typed, by dotted names.

    `unseen` are others in every round. The engine keeps what a cell of its facts comes to, and the same
    cases again and again would find every cell known.
    """
    checked = cases.policies()
    for number in count_from(1):
        yield cases.complete(checked, count, seed=number if form == "unseen" else 1)
