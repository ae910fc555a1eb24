"""The product's engine, timed as the peers are: typed facts in; values, rules, actions and statuses out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


def its_own(count: int) -> list[Json]:
    """The cases as the engine takes them from a request that was read: typed, by dotted names."""
    return cases.complete(cases.policies(), count)
