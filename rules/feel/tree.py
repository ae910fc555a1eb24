"""Questions about the shape of an expression."""

from __future__ import annotations

from rules.model.expr import Expr, Name
from rules.model.walk import children


def height(node: Expr) -> int:
    """How many nodes lie on the longest way down; does not recurse, so any tree will do."""
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        current, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in children(current))
    return deepest


def mentions(node: Expr, name: str) -> bool:
    """Whether the expression reads the variable anywhere."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Name) and current.name == name:
            return True
        waiting.extend(children(current))
    return False
