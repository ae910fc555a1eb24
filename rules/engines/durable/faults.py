"""Whether evaluating an expression may come upon a fault.

A fault counts even where the matcher does not need the value: the interpreter would have met it. So what
may fault is always computed, and raises; what may not can be left out when nothing asks for it.
"""

from __future__ import annotations

from typing import Final

from rules.engines.durable.liftable import simple
from rules.engines.durable.view import View
from rules.model.expr import (
    And, Arithmetic, Between, Call, Comparison, CompareTest, Expr, If, In, Interval, ListOf, Name, Negate, Or,
    Ref, UnaryTests,
)  # fmt: skip
from rules.model.types import NULL, NUMERIC
from rules.model.walk import children

_TOTAL_CALLS: Final = frozenset(("not", "count", "abs", "floor", "ceiling", "get value", "append"))
"""Functions that have a value for all arguments of the types that the checker lets through."""


def may_fault(tree: Expr, view: View, lets: bool = True) -> bool:
    """Whether the tree may fault; with `lets` off, computed facts count as evaluated already."""
    if view.constant(tree) is not None:
        return False
    match tree:
        case Ref(kind="let", name=name):
            return lets and may_fault(view.ruleset.lets[name], view)
        case Ref():
            return False
        case Comparison(left=left, right=right):
            types = (view.typed(left).type, view.typed(right).type)
            safe = NULL in types or simple(*types)
        case Arithmetic(op=op, left=left, right=right):
            safe = op in ("+", "-", "*") and {view.typed(left).type, view.typed(right).type} <= NUMERIC
        case Negate(operand=operand):
            safe = view.typed(operand).type in NUMERIC
        case Call(function=Name(name=name), arguments=arguments):
            safe = name in _TOTAL_CALLS or (name in ("min", "max") and len(arguments) > 1)
            return not safe or any(may_fault(a, view, lets) for a in arguments)
        case And() | Or() | If() | In() | UnaryTests() | CompareTest() | Interval() | Between() | ListOf():
            safe = True
        case _:
            safe = False
    return not safe or any(may_fault(child, view, lets) for child in children(tree))
