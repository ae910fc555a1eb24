"""Walking expression trees without knowing every kind of node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import cache
from typing import Any

from rules.model.expr import And, Expr, Node, Ref


_child_names: Callable[[type], tuple[str, ...]] = cache(
    lambda kind: tuple(f.name for f in fields(kind) if f.name not in ("start", "end"))
)


def children(node: Expr) -> Iterator[Expr]:
    """The nodes directly below, left to right."""
    for name in _child_names(type(node)):
        yield from _nodes(getattr(node, name))


def _nodes(value: Any) -> Iterator[Expr]:
    if isinstance(value, Node):
        yield value  # type: ignore[misc]
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes(part)


def map_children(node: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same node over changed children; itself where nothing changed."""
    changed = {}
    for name in _child_names(type(node)):
        old = getattr(node, name)
        new = _mapped(old, change)
        if new is not old:
            changed[name] = new
    return replace(node, **changed) if changed else node


def _mapped(value: Any, change: Callable[[Expr], Expr]) -> Any:
    if isinstance(value, Node):
        return change(value)  # type: ignore[arg-type]
    if isinstance(value, tuple):
        new = tuple(_mapped(part, change) for part in value)
        return new if any(a is not b for a, b in zip(new, value, strict=True)) else value
    return value


def descendants(node: Expr) -> Iterator[Expr]:
    """The node and all below it."""
    yield node
    for child in children(node):
        yield from descendants(child)


def conjuncts(node: Expr) -> Iterator[Expr]:
    """The parts of a condition that must all be true, left to right."""
    if isinstance(node, And):
        yield from conjuncts(node.left)
        yield from conjuncts(node.right)
    else:
        yield node


def references(node: Expr) -> frozenset[str]:
    """The names of all resolved references in the tree."""
    return frozenset(n.name for n in descendants(node) if isinstance(n, Ref))
