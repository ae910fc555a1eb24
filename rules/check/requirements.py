"""Which names a ruleset's expressions mention, before types are known: the order to check things in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from rules.check.types import dotted
from rules.model.expr import Expr, Name, Path
from rules.model.policy import ActionCall, Expression, Ruleset
from rules.model.walk import children


def roots(node: Expr) -> Iterator[str]:
    """The first part of every name or dotted path in the tree."""
    if isinstance(node, Name | Path):
        parts = dotted(node)
        if parts is not None:
            yield parts[0]
            return
    for child in children(node):
        yield from roots(child)


def expressions(ruleset: Ruleset) -> Iterator[Expression]:
    """Every expression of the ruleset, in the order of the file."""
    yield from ruleset.lets.values()
    for output in ruleset.outputs.values():
        yield from (e for e in (output.computed, output.default) if e is not None)
    yield from _of_calls(ruleset.actions)
    for rule in ruleset.rules:
        for condition in rule.conditions:
            if condition.column is not None:
                yield condition.column.input
            yield condition.test
        yield from rule.then.values()
        yield from _of_calls(rule.actions)


def _of_calls(calls: Iterable[ActionCall]) -> Iterator[Expression]:
    for call in calls:
        yield from call.arguments.values()
        yield from (e for e in (call.when, call.due) if e is not None)


def required_rulesets(ruleset: Ruleset, known: Collection[str]) -> tuple[str, ...]:
    """The other rulesets whose outputs it reads, in order of first mention."""
    seen: dict[str, None] = {}
    own = {*ruleset.lets, *({ruleset.name} & set(ruleset.outputs))}
    for expression in expressions(ruleset):
        for root in roots(expression.tree):
            if root in known and root not in own:
                seen[root] = None
    return tuple(seen)


def in_order(needs: Mapping[str, Collection[str]]) -> list[str]:
    """The keys so that each comes after those it needs; raises CycleError with the circle."""
    sorter = TopologicalSorter({key: [n for n in wanted if n in needs] for key, wanted in needs.items()})
    return list(sorter.static_order())


def circle(error: CycleError) -> list[str]:
    """The names of the circle, each before one that it needs; the first in the alphabet is first and last."""
    names: list[str] = list(reversed(error.args[1][1:]))
    at = names.index(min(names))
    return [*names[at:], *names[:at], names[at]]
