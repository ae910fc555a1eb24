"""The values that one expression takes over all completions of the absent facts."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Mapping
from typing import Final

from rules.check.checked import CheckedPolicySet
from rules.engines.completions.dependence import Dependence
from rules.engines.completions.path import Path
from rules.engines.completions.region import space_of
from rules.engines.completions.symbolic import Symbolic
from rules.engines.evaluation import Evaluation, Scope
from rules.model.expr import Expr
from rules.model.values import Value

MAX_VALUES: Final = 200


def possible_values(
    checked: CheckedPolicySet,
    ruleset: str,
    tree: Expr,
    facts: Mapping[str, Value],
    as_of: dt.date,
    truth: bool = False,
) -> list[Value]:
    """The distinct values of an expression of the ruleset; symbols where it varies within a path.

    At most `MAX_VALUES` paths are walked. Raises Unanswerable where a fault makes it null on some path.
    """
    needs = checked.rulesets[ruleset].needs
    space = space_of(checked, tuple(f for f in checked.policy.facts if f in needs and facts.get(f) is None))
    dependence = Dependence(checked, ruleset, frozenset(space.facts))
    found: list[Value] = []
    todo: deque[tuple[bool, ...]] = deque([()])
    for _ in range(MAX_VALUES):
        if not todo:
            break
        path = Path(space, todo.popleft())
        evaluation = Evaluation(checked, {**facts, **space.symbols}, as_of, Symbolic(path, dependence))
        scope = Scope(evaluation, checked.rulesets[ruleset])
        value = scope.holds(tree, "condition") if truth else scope.value(tree, "value")
        if not any(value is other or value == other for other in found):
            found.append(value)
        todo += [(*path.answers[:fork], False) for fork in path.forks]
    return found
