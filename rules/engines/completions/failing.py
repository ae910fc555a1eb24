"""Which expressions can come to nothing although no part of them is null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rules.check.algebra import is_text
from rules.check.checked import Typed
from rules.check.types import type_of
from rules.feel.loops import ALWAYS_BOOLEAN
from rules.model.expr import Arithmetic, Call, ContextOf, Expr, Filter, For, FunctionOf, ListOf, Name, Quantified
from rules.model.types import NUMERIC
from rules.model.walk import descendants

BINDING: Final = (Filter, For, Quantified, FunctionOf, ContextOf)
"""What brings names of its own, so that its parts mean nothing outside it."""

_NEVER_FAIL: Final = frozenset((
    "not", "abs", "floor", "ceiling", "count", "all", "any", "list contains", "index of", "append",
    "concatenate", "union", "reverse", "distinct values", "flatten", "contains", "starts with", "ends with",
    "string length", "upper case", "lower case", "substring before", "substring after", "string",
    "years and months duration", "day of week", "month of year", "day of year", "week of year", "get value",
))  # fmt: skip
_OF_SOME: Final = frozenset(("min", "max", "sum", "mean", "median", "product"))
"""These fail for an empty list alone."""


def may_fail(node: Expr, types: Mapping[str, Typed]) -> bool:
    """Whether the operator at the node can have no result; of a loop or filter, any operator inside."""
    if isinstance(node, BINDING):
        return any(_fails(inner, types) for inner in descendants(node))
    return _fails(node, types)


def may_be_null(node: Expr) -> bool:
    """Whether the node can be null without a fault: a key that the record does not have."""
    return isinstance(node, Call) and isinstance(node.function, Name) and node.function.name == "get value"


def _fails(node: Expr, types: Mapping[str, Typed]) -> bool:
    match node:
        case Arithmetic(op=op):
            sides = [type_of(side, types).type for side in (node.left, node.right)]
            numbers = all(side in NUMERIC for side in sides)
            return not (numbers and op in "+-*") and not all(map(is_text, sides))
        case Call(function=Name(name=name), arguments=arguments):
            several = len(arguments) > 1 or (isinstance(arguments[0], ListOf) and arguments[0].items)
            return name not in _NEVER_FAIL and not (name in _OF_SOME and several)
        case Filter(condition=condition):
            return not isinstance(condition, ALWAYS_BOOLEAN)
    return False
