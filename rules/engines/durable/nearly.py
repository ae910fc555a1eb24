"""Near misses: which rules one condition alone kept from holding. Generated once a ruleset, like its outcomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

from rules.engines.durable.program import Pool, Reader
from rules.engines.durable.shadows import shadows_function
from rules.engines.durable.view import View
from rules.model.values import Value
from rules.model.walk import conjuncts

MOST_RULES: Final = 64
"""In a longer table nearly every row is one condition away, and asking each costs more than deciding."""

Near = tuple[int, int]
"""The position of a rule, and of its only condition that is not true."""
Nearly = Callable[[Mapping[str, Value], dt.date, Mapping[str, Mapping[str, Value]]], tuple[Near, ...] | None]
PARAMETERS: Final = ["facts", "as_of", "decided"]


def compile_near_misses(view: View) -> Nearly | None:
    """The function that finds them; None for a ruleset too long for it."""
    if len(view.ruleset.rules) > MOST_RULES or shadows_function(view.checked, view.ruleset):
        return None
    try:
        return _compiled(view)
    except RecursionError:  # as in `compile`
        return None


def _compiled(view: View) -> Nearly:
    pool = Pool()
    reader = Reader(view, pool)
    asked: list[str] = []
    for position, rule in enumerate(view.ruleset.rules):
        truths = [reader.lift.truth(part) for condition in rule.conditions for part in conjuncts(condition)]
        asked += _asked(pool, position, truths)
    lines = [*reader.prelude(), *reader.lines, "found = []", *asked, "return (*found,)"]
    made: Nearly = pool.function("nearly", PARAMETERS, lines)
    return made


def _asked(pool: Pool, position: int, truths: list[str]) -> list[str]:
    if not truths:
        return []
    if len(truths) == 1:
        return [f"if not {truths[0]}: found.append({pool.constant((position, 0))})"]
    return [
        f"t = ({', '.join(truths)})",
        f"if t.count(False) == 1: found.append(({position}, t.index(False)))",
    ]
