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


def children(node: Expr) -> list[Expr]:
    """The nodes directly below, left to right."""
    found: list[Expr] = []
    for name in _child_names(type(node)):
        _collect(getattr(node, name), found)
    return found


def _collect(value: Any, found: list[Expr]) -> None:
    if isinstance(value, Node):
        found.append(value)  # type: ignore[arg-type]
    elif type(value) is tuple:
        for part in value:
            _collect(part, found)


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
    """The node and all below it, each before what is below it."""
    ahead = [node]
    while ahead:
        node = ahead.pop()
        yield node
        ahead.extend(reversed(children(node)))


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
