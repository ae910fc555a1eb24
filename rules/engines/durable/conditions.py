"""Conditions as `and` and `or` of tests on properties, with every `not` pushed down to the tests.

A condition matters only where it is true. With negations at the tests, where `not (x < 3)` is `x >= 3`,
that needs no third value: null makes neither of the two true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.check.checked import Typed
from rules.engines.durable.desugar import desugar
from rules.engines.durable.integers import Integers
from rules.engines.durable.linear import TURNED, Linear
from rules.engines.durable.properties import (
    CodeProperty,
    FormProperty,
    MemberProperty,
    Property,
    RankProperty,
    code_property,
)  # fmt: skip
from rules.engines.durable.view import View
from rules.feel.operators import compare
from rules.model.expr import And, Call, Comparison, ComparisonOp, Expr, Literal, Name, Or, Ref
from rules.model.types import BOOLEAN, DATE, DAYS, NUMERIC, TEXT, YEARS, Enum
from rules.model.values import FarDate, Value

OPPOSITE: Mapping[str, ComparisonOp] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
RANKED = NUMERIC | {DATE, DAYS, YEARS}


@dataclass(frozen=True, slots=True)
class Atom:
    """`property op value`."""

    property: Property
    op: ComparisonOp
    value: Value


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold; without parts it is true."""

    parts: tuple[Logic, ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """A part holds; without parts it is false."""

    parts: tuple[Logic, ...] = ()


Logic = Atom | Every | Some
HOLDS = Every()
FAILS = Some()


class Conditions:
    """Reads conditions of one ruleset; the same expression becomes the same property wherever it stands."""

    def __init__(self, view: View, linear: Linear) -> None:
        self.view = view
        self.linear = linear
        self.properties: dict[str, Property] = {}
        self.dropped: list[Expr] = []
        """Expressions whose value does not matter."""

    def read(self, tree: Expr, positive: bool = True) -> Logic:
        """When the tree is true; with `positive` off, when it is false."""
        tree = desugar(tree, self.view.typed)
        match tree:
            case And(left=left, right=right):
                parts = (self.read(left, positive), self.read(right, positive))
                return Every(parts) if positive else Some(parts)
            case Or(left=left, right=right):
                parts = (self.read(left, positive), self.read(right, positive))
                return Some(parts) if positive else Every(parts)
            case Ref(kind="let", name=name) if self.view.typed(tree).type == BOOLEAN:
                return self.read(self.view.ruleset.lets[name], positive)
            case Call(function=Name(name="not"), arguments=(inner,), names=None):
                return self.read(inner, not positive)
            case Comparison(op=op, left=left, right=right):
                return self._comparison(op if positive else OPPOSITE[op], left, right)
        constant = self.view.constant(tree)
        if constant is not None:
            return HOLDS if constant.value is positive else FAILS
        return self.computed(tree, positive)

    def computed(self, tree: Expr, positive: bool = True) -> Atom:
        """The condition as one boolean, computed before matching."""
        typed = self.view.typed(tree)
        return self._code(tree, Typed(BOOLEAN, typed.nullable), "=", positive)

    def member(self, of: CodeProperty, codes: Integers) -> Atom:
        """Whether a code is one of several."""
        key = f"{of.key} in {codes.runs}"
        found = self.properties.setdefault(key, MemberProperty(key, of, codes))
        return Atom(found, "=", 1)

    def _comparison(self, op: ComparisonOp, left: Expr, right: Expr) -> Logic:
        first, second = self.view.constant(left), self.view.constant(right)
        if first is not None and second is not None:
            return HOLDS if compare(op, first.value, second.value) is True else FAILS
        if first is not None:
            return self._with_constant(TURNED[op], right, first.value, left)
        if second is not None:
            return self._with_constant(op, left, second.value, right)
        return self._sum(op, left, right) or self.computed(Comparison(op, left, right))

    def _sum(self, op: ComparisonOp, left: Expr, right: Expr) -> Logic | None:
        bound = self.linear.bound(op, left, right)
        if bound is None:
            return None
        made = FormProperty(bound.form.key, bound.form)
        if not bound.form.terms:
            return HOLDS if 0 in made.allowed(bound.op, bound.threshold) else FAILS
        found = self.properties.setdefault(made.key, made)
        return Atom(found, bound.op, bound.threshold)

    def _with_constant(self, op: ComparisonOp, tree: Expr, value: Value, constant: Expr) -> Logic:
        typed = self.view.typed(tree)
        if value is None and op not in ("=", "!="):
            self.dropped.append(tree)
            return FAILS
        if typed.type in (TEXT, BOOLEAN) or isinstance(typed.type, Enum):
            if op in ("=", "!="):
                return self._code(tree, typed, op, value)
        elif typed.type in RANKED and not isinstance(value, FarDate):
            found = self._sum(op, tree, constant) if value is not None else None
            return found or self._rank(tree, typed, op, value)
        return self.computed(Comparison(op, tree, Literal(value)))

    def _code(self, tree: Expr, typed: Typed, op: ComparisonOp, value: Value) -> Atom:
        key = repr(tree)
        found = self.properties.setdefault(key, code_property(key, tree, typed))
        assert isinstance(found, CodeProperty)
        found.add(op, value)
        return Atom(found, op, value)

    def _rank(self, tree: Expr, typed: Typed, op: ComparisonOp, value: Value) -> Atom:
        key = f"rank of {tree!r}"
        found = self.properties.setdefault(key, RankProperty(key, tree, typed))
        assert isinstance(found, RankProperty)
        found.add(value)
        return Atom(found, op, value)
