"""Functions whose names stand for something else: `count(x)` where a fact is called `count`.

The interpreter reads such a call as one of the value, which is a fault. That is not compiled.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.check.checked import CheckedPolicySet, CheckedRuleset
from rules.model.expr import Call, ContextOf, Expr, For, FunctionOf, Name, Quantified
from rules.model.types import ListType, Record, Type
from rules.model.walk import descendants


def shadows_function(checked: CheckedPolicySet, ruleset: CheckedRuleset) -> bool:
    """Whether the ruleset calls a function by a name that may mean a value somewhere in it."""
    nodes = [node for tree in ruleset.trees() for node in descendants(tree)]
    called = {n.function.name for n in nodes if isinstance(n, Call) and isinstance(n.function, Name)}
    policy = checked.policy
    named = {*policy.facts, *policy.parameters, *ruleset.lets, *ruleset.source.outputs}
    fields = {name for fact in policy.facts.values() for name in _fields(fact.type)}
    return not called.isdisjoint(named | fields | {name for node in nodes for name in _bound(node)})


def _fields(type_: Type) -> Iterator[str]:
    if isinstance(type_, ListType):
        yield from _fields(type_.item)
    elif isinstance(type_, Record):
        for name, inner in type_.fields:
            yield name
            yield from _fields(inner)


def _bound(node: Expr) -> Iterator[str]:
    """The names that a node gives to what stands inside it."""
    match node:
        case For(iterators=iterators) | Quantified(iterators=iterators):
            yield from (iterator.name for iterator in iterators)
        case FunctionOf(parameters=parameters):
            yield from (name for name, _ in parameters)
        case ContextOf(entries=entries):
            yield from (name for name, _ in entries)
