"""Typing of lists, contexts, filters, loops and the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.check import algebra, messages
from rules.check.checked import Typed
from rules.model.expr import (
    ContextOf,
    Expr,
    Filter,
    For,
    FunctionOf,
    InstanceOf,
    Iterator,
    ListOf,
    Quantified,
)  # fmt: skip
from rules.model.types import (
    ANY,
    BOOLEAN,
    INTEGER,
    NULL,
    NUMERIC,
    ListType,
    RangeType,
    Record,
    Type,
)  # fmt: skip

if TYPE_CHECKING:
    from rules.check.types import Binder, Bound


def bind_structure(binder: Binder, node: Expr) -> Bound:
    """Every node that is no name, operator, test or call."""
    match node:
        case ListOf():
            return _list(binder, node)
        case ContextOf():
            return _context(binder, node)
        case Filter():
            return _filter(binder, node)
        case For():
            inner, iterators = _iterate(binder, node.iterators)
            body, typed = inner.bind(node.body)
            return replace(node, iterators=iterators, body=body), Typed(ListType(typed.type))
        case Quantified():
            inner, iterators = _iterate(binder, node.iterators)
            condition, typed = inner.boolean(node.condition, "what `satisfies` asks")
            return replace(node, iterators=iterators, condition=condition), Typed(BOOLEAN, typed.nullable)
        case InstanceOf():
            return replace(node, value=binder.bind(node.value)[0]), Typed(BOOLEAN)
        case FunctionOf():
            binder.report(node, messages.wrong_operands("function", "a definition", "this place"))
    return node, Typed(ANY, True)


def _list(binder: Binder, node: ListOf) -> Bound:
    items = [binder.bind(item) for item in node.items]
    joined: Type = NULL if items else ANY
    for item, (_, typed) in zip(node.items, items, strict=True):
        both = algebra.join(joined, typed.type)
        if both is None:
            binder.report(item, messages.branches_differ(messages.kind(joined), messages.kind(typed.type)))
            both = ANY
        joined = both
    return replace(node, items=tuple(tree for tree, _ in items)), Typed(ListType(joined))


def _context(binder: Binder, node: ContextOf) -> Bound:
    entries: list[tuple[str, Expr]] = []
    types: list[tuple[str, Type]] = []
    for name, value in node.entries:
        tree, typed = binder.bind(value)
        entries.append((name, tree))
        types.append((name, typed.type))
        binder = binder.within({name: typed})
    return replace(node, entries=tuple(entries)), Typed(Record(tuple(types)))


def _filter(binder: Binder, node: Filter) -> Bound:
    base, typed = binder.bind(node.base)
    item = typed.type.item if isinstance(typed.type, ListType) else typed.type
    locals_ = {"item": Typed(item)}
    if isinstance(item, Record):
        locals_.update({name: Typed(t) for name, t in item.fields})
    condition, test = binder.within(locals_).bind(node.condition)
    tree = replace(node, base=base, condition=condition)
    if test.type in NUMERIC:
        return tree, Typed(item, True)
    if test.type not in (BOOLEAN, ANY):
        got = messages.kind(test.type)
        binder.report(
            node.condition, messages.expected_type("true or false, or a position", got, "a filter")
        )
    return tree, Typed(ListType(item))


def _iterate(binder: Binder, iterators: tuple[Iterator, ...]) -> tuple[Binder, tuple[Iterator, ...]]:
    bound: list[Iterator] = []
    for iterator in iterators:
        source, typed = binder.bind(iterator.source)
        to = binder.bind(iterator.to)[0] if iterator.to is not None else None
        bound.append(replace(iterator, source=source, to=to))
        binder = binder.within({iterator.name: Typed(_item(binder, iterator, typed.type))})
    return binder, tuple(bound)


def _item(binder: Binder, iterator: Iterator, type_: Type) -> Type:
    if iterator.to is not None:
        return INTEGER
    if isinstance(type_, ListType | RangeType):
        return type_.item
    if type_ != ANY:
        found = messages.expected_type("a list", messages.kind(type_), "what `in` goes over")
        binder.report(iterator.source, found)
    return ANY
