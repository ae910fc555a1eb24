"""Evidence for lists: which items of the list it was made from a computed list kept, and which it left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rules.model.expr import Expr
from rules.model.values import Value
from rules.model.walk import references


@dataclass(frozen=True, slots=True)
class ItemsTrace:
    """A list made from `source`: the items kept and left out, each with its place in the source from 1."""

    source: str
    kept: tuple[tuple[int, Value], ...]
    left_out: tuple[tuple[int, Value], ...]


def items_of(tree: Expr, value_of: Callable[[str], Value], result: list[Value]) -> ItemsTrace | None:
    """How `result` came out of the one list of records that `tree` reads; None where that cannot be told."""
    for source in sorted(references(tree)):
        items = value_of(source)
        if isinstance(items, list) and items and all(isinstance(item, dict) for item in items):
            if not all(any(kept is item for item in items) for kept in result):
                continue
            places = {id(item): place for place, item in enumerate(items, start=1)}
            kept = {id(item) for item in result}
            return ItemsTrace(
                source,
                tuple((places[id(item)], item) for item in result),
                tuple((place, item) for place, item in enumerate(items, start=1) if id(item) not in kept),
            )
    return None
