"""What is known of a ruleset's expressions before any fact is: types, constants, computed facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.check.checked import CheckedPolicySet, CheckedRuleset, Typed
from rules.check.scope import Scope
from rules.check.types import Binder
from rules.engines.durable.presence import Presence
from rules.feel.errors import Fault
from rules.feel.evaluate import evaluate
from rules.model.expr import Call, Expr, For, FunctionOf, Literal, Name, Quantified, Ref, RefKind
from rules.model.values import Value
from rules.model.walk import children

CLOCKS = frozenset({"now", "today"})


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that no fact can change; null is one too."""

    value: Value


class View:
    """One ruleset, seen by the compiler. Answers are kept: a table asks about its columns for every row."""

    def __init__(self, checked: CheckedPolicySet, ruleset: CheckedRuleset, others: Mapping[str, View]) -> None:
        self.checked = checked
        self.ruleset = ruleset
        self.presence: Presence = Presence(self, {name: view.presence for name, view in others.items()})
        self.nullable = self.presence.nullable
        self.parameters = {p.name: p.value for p in checked.policy.parameters.values()}
        kind: RefKind = "fact"
        known = {name: (typed, kind) for name, typed in ruleset.types.items()}
        self._binder = Binder(Scope(known), lambda node, finding: None)
        self._typed: dict[int, tuple[Expr, Typed]] = {}
        self._constants: dict[int, tuple[Expr, Constant | None]] = {}

    def typed(self, tree: Expr, locals_: Mapping[str, Typed] | None = None) -> Typed:
        """The type of an expression, and whether it can be null; `locals_` are the names of a list's item."""
        if locals_:
            return self._binder.within(locals_).bind(tree)[1]
        found = self.declared(tree)
        return Typed(found.type, found.nullable and self.nullable(tree))

    def declared(self, tree: Expr) -> Typed:
        """The type of an expression as the checker sees it."""
        # The tree is kept beside its answer, so that no other tree can come to have the same id.
        if id(tree) not in self._typed:
            self._typed[id(tree)] = (tree, self._binder.bind(tree)[1])
        return self._typed[id(tree)][1]

    def constant(self, tree: Expr) -> Constant | None:
        """The value of an expression of literals and parameters; None where it is not one, or has a fault."""
        if isinstance(tree, Literal):
            return Constant(tree.value)
        if id(tree) not in self._constants:
            found = self._fold(tree) if self._is_constant(tree) else None
            self._constants[id(tree)] = (tree, found)
        return self._constants[id(tree)][1]

    def _is_constant(self, tree: Expr) -> bool:
        match tree:
            case Ref(kind="parameter"):
                return True
            case Ref(kind="let", name=name):
                return self.constant(self.ruleset.lets[name]) is not None
            case Ref() | Name() | FunctionOf() | For() | Quantified():
                return False  # a loop may take a second, and there may be one in every rule
            case Call(function=Name(name=name), arguments=arguments):
                return name not in CLOCKS and all(self._is_constant(a) for a in arguments)
        return all(self._is_constant(child) for child in children(tree))

    def _fold(self, tree: Expr) -> Constant | None:
        if isinstance(tree, Ref) and tree.kind == "let":
            return self.constant(self.ruleset.lets[tree.name])
        faults: list[Fault] = []
        value = evaluate(tree, _Names(self), faults)
        return None if faults else Constant(value)


class _Names(dict[str, Value]):
    """Parameters, and computed facts that are constant; these are found when read, as one may read another."""

    def __init__(self, view: View) -> None:
        super().__init__(view.parameters)
        self._view = view

    def __missing__(self, name: str) -> Value:
        tree = self._view.ruleset.lets.get(name)
        found = self._view.constant(tree) if tree is not None else None
        if found is None:
            raise KeyError(name)
        self[name] = found.value
        return found.value
