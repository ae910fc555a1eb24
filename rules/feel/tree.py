"""Walking over an expression tree without knowing its nodes."""

from __future__ import annotations

from collections.abc import Iterator as Iterable
from dataclasses import fields

from rules.model.expr import Expr, Name, Node


def children(node: Node) -> Iterable[Node]:
    """The nodes directly below, in the order they stand in the text."""
    for field in fields(node):
        yield from _nodes(getattr(node, field.name))


def _nodes(value: object) -> Iterable[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes(part)


def walk(node: Node) -> Iterable[Node]:
    """The node and all below it."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(children(current))


def height(node: Node) -> int:
    """How many nodes lie on the longest way down."""
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        current, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in children(current))
    return deepest


def mentions(node: Expr, name: str) -> bool:
    """Whether the expression reads the variable anywhere."""
    return any(isinstance(part, Name) and part.name == name for part in walk(node))
