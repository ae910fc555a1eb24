"""Whether an expression can be null though every fact is there: closer than its type tells.

What is certainly no null needs no test for it, and can be handed to the matcher as a number. A fault makes
a null too, but a fault is never compiled: the interpreter takes over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rules.check.presence import proved_present
from rules.engines.durable.desugar import desugar
from rules.model.expr import (
    And, Arithmetic, Call, Comparison, Expr, If, ListOf, Literal, Name, Negate, Or, Ref,
)  # fmt: skip
from rules.model.types import ListType

if TYPE_CHECKING:
    from rules.engines.durable.view import View

Present = frozenset[str]
NOTHING: Present = frozenset()
_NULL_FROM_NULL = frozenset(
    ("min", "max", "sum", "abs", "not", "floor", "ceiling", "decimal", "append", "index of", "count")
)


class Presence:
    """Answers for one ruleset; `others` answers for those that come before it."""

    def __init__(self, view: View, others: Mapping[str, Presence]) -> None:
        self.view = view
        self.others = others
        self._names: dict[str, bool] = {}

    def nullable(self, tree: Expr, present: Present = NOTHING) -> bool:
        """Whether the tree can be null where the facts named in `present` are not."""
        constant = self.view.constant(tree)
        if constant is not None:
            return constant.value is None
        tree = desugar(tree, self.view.typed)
        match tree:
            case Ref():
                return tree.name not in present and self._ref(tree)
            case Comparison(op="=" | "!="):
                return False
            case And() | Or() | Arithmetic() | Comparison():
                return self.nullable(tree.left, present) or self.nullable(tree.right, present)
            case Negate(operand=operand):
                return self.nullable(operand, present)
            case If(condition=condition, then=then, otherwise=otherwise):
                when, unless = present | proved_present([condition]), present | _when_false(condition)
                return self.nullable(then, when) or self.nullable(otherwise, unless)
            case Call(function=Name(name=name), arguments=arguments, names=None):
                return self._call(name, arguments, present, tree)
        return self.view.declared(tree).nullable

    def output(self, name: str) -> bool:
        """Whether an output can be null."""
        return self._once(name, lambda: self._output(name))

    def _ref(self, ref: Ref) -> bool:
        if ref.kind == "let":
            return self._once(ref.name, lambda: self.nullable(self.view.ruleset.lets[ref.name]))
        if ref.kind == "output":
            return self.output(ref.name)
        if ref.kind == "required":
            ruleset, _, output = ref.name.rpartition(".")
            return self.others[ruleset].output(output)
        return self.view.declared(ref).nullable

    def _output(self, name: str) -> bool:
        ruleset = self.view.ruleset
        if name in ruleset.computed:
            return self.nullable(ruleset.computed[name])
        if isinstance(ruleset.types[name].type, ListType) or ruleset.source.aggregator is not None:
            return ruleset.types[name].nullable
        rules = (
            self.nullable(rule.then[name], proved_present(rule.conditions))
            for rule in ruleset.rules
            if name in rule.then
        )
        return any(rules) or (name in ruleset.defaults and self.nullable(ruleset.defaults[name]))

    def _call(self, name: str, arguments: tuple[Expr, ...], present: Present, tree: Call) -> bool:
        if name in ("min", "max", "sum") and len(arguments) == 1:
            return self.view.declared(tree).nullable and self._items_nullable(arguments[0], present)
        if name in _NULL_FROM_NULL:
            return any(self.nullable(a, present) for a in arguments)
        return self.view.declared(tree).nullable

    def _items_nullable(self, tree: Expr, present: Present) -> bool:
        """Whether a list can hold null; an empty list is a fault of the functions that are asked about."""
        match tree:
            case Ref(kind="let", name=name):
                return self._items_nullable(self.view.ruleset.lets[name], present)
            case ListOf(items=items):
                return any(self.nullable(item, present) for item in items)
            case Call(function=Name(name="append"), arguments=(items, *new)):
                return self._items_nullable(items, present) or any(self.nullable(a, present) for a in new)
            case Call(function=Name(name="index of")):
                return False
        return True

    def _once(self, name: str, compute: Callable[[], bool]) -> bool:
        if name not in self._names:
            self._names[name] = True  # whatever reads itself may be null
            self._names[name] = compute()
        return self._names[name]


def _when_false(condition: Expr) -> Present:
    """The references that have a value where a condition is not true."""
    match condition:
        case Comparison(op="=", left=Ref(name=name), right=Literal(value=None)):
            return frozenset({name})
        case Comparison(op="=", left=Literal(value=None), right=Ref(name=name)):
            return frozenset({name})
        case Or(left=left, right=right):
            return _when_false(left) | _when_false(right)
    return NOTHING
