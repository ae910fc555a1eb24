"""Comparisons of sums of numbers as one integer against one constant, without rounding.

`projected < 0.90 * limit` becomes `10 * projected - 9 * limit < 0`: every part is exact, because each
variable has a known number of decimal places and everything is multiplied out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from rules.engines.durable.extents import Extents
from rules.engines.durable.faults import may_fault
from rules.engines.durable.limits import MAX_INTEGER
from rules.model.expr import Arithmetic, ComparisonOp, Expr, Negate, Ref

TURNED: Mapping[str, ComparisonOp] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Term:
    """A variable part of a form: `factor` times the expression is an integer part of the sum."""

    tree: Expr
    factor: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Form:
    """A sum of integer parts, with their common divisor taken out; `key` is the same for equal forms."""

    key: str
    terms: tuple[Term, ...]

    @property
    def domain(self) -> tuple[int, int]:
        """The least and the greatest value it can have."""
        return sum(t.low for t in self.terms), sum(t.high for t in self.terms)


Scaled = tuple[Form, Fraction]
"""A form, and the number that the sum was multiplied by to make it whole; below 0 it turns the comparison."""


@dataclass(frozen=True, slots=True)
class Bound:
    """`form op threshold`; without terms the form is 0."""

    form: Form
    op: ComparisonOp
    threshold: Fraction


class Linear:
    """Reads comparisons of one ruleset as bounds on forms."""

    def __init__(self, extents: Extents) -> None:
        self.extents = extents
        self.view = extents.view
        self._sums: dict[int, tuple[Expr, _Sum | None]] = {}
        self._forms: dict[int, tuple[Expr, Scaled | None]] = {}

    def bound(self, op: ComparisonOp, left: Expr, right: Expr) -> Bound | None:
        """`left op right` as a bound; None where it cannot be held exactly."""
        a, b = self._sum(left), self._sum(right)
        if a is None or b is None:
            return None
        # A table compares one column with a constant in every row: its form is made once.
        scaled = self._form(a.plus(b, Fraction(-1))) if b.factors else self._form_of(left, a)
        if scaled is None:
            return None
        form, scale = scaled
        return Bound(form, op if scale > 0 else TURNED[op], (b.constant - a.constant) * scale)

    def _form_of(self, tree: Expr, found: _Sum) -> Scaled | None:
        if id(tree) not in self._forms:
            self._forms[id(tree)] = (tree, self._form(found))
        return self._forms[id(tree)][1]

    def _form(self, difference: _Sum) -> Scaled | None:
        """The sum without its constant as a form, and what it was multiplied by."""
        terms = sorted((key, factor) for key, factor in difference.factors.items() if factor)
        if any(not f and may_fault(difference.trees[k], self.view) for k, f in difference.factors.items()):
            return None  # what cancels out must be evaluated all the same
        if not terms:
            return Form("", ()), Fraction(1)
        extents = {key: self.extents.of(difference.trees[key]) for key, _ in terms}
        parts = [factor / 10**e.places for key, factor in terms if (e := extents[key]) is not None]
        scale = Fraction(lcm(*(p.denominator for p in parts)), 1)
        scale /= gcd(*((p * scale).numerator for p in parts)) * (1 if terms[0][1] > 0 else -1)
        made = []
        for key, factor in terms:
            extent, whole = extents[key], factor * scale
            if extent is None or whole.denominator != 1:
                return None
            low, high = sorted((int(whole * extent.low), int(whole * extent.high)))
            made.append(Term(difference.trees[key], int(whole), low, high))
        key = " + ".join(f"{t.factor} * {name}" for t, (name, _) in zip(made, terms, strict=True))
        form = Form(key, tuple(made))
        return (form, scale) if max(map(abs, form.domain)) <= MAX_INTEGER else None

    def _sum(self, tree: Expr) -> _Sum | None:
        if id(tree) not in self._sums:
            # Without an extent an intermediate result might have been rounded: then nothing is taken apart.
            known = self.extents.of(tree) is not None and not self.view.typed(tree).nullable
            self._sums[id(tree)] = (tree, self._read(tree) if known else None)
        return self._sums[id(tree)][1]

    def _read(self, tree: Expr) -> _Sum | None:
        constant = self.view.constant(tree)
        if constant is not None:
            return _Sum({}, {}, Fraction(constant.value))
        return self._parts(tree) or _variable(tree)

    def _parts(self, tree: Expr) -> _Sum | None:
        """The sum that an expression is, None where it is a variable of its own."""
        match tree:
            case Ref(kind="let", name=name):
                inner = self._parts(self.view.ruleset.lets[name])
                # What is computed anyway is a variable: only sums of plain names are taken apart.
                plain = inner is not None and all(isinstance(t, Ref) for t in inner.trees.values())
                return inner if plain else _variable(tree)
            case Ref():
                return _variable(tree)
            case Negate(operand=operand):
                inner = self._sum(operand)
                return inner and inner.times(Fraction(-1))
            case Arithmetic(op=op, left=left, right=right):
                a, b = self._sum(left), self._sum(right)
                if a is not None and b is not None:
                    return _combined(op, a, b)
        return None


@dataclass(frozen=True, slots=True)
class _Sum:
    factors: Mapping[str, Fraction]
    trees: Mapping[str, Expr]
    constant: Fraction

    def plus(self, other: _Sum, by: Fraction) -> _Sum:
        factors = dict(self.factors)
        for key, factor in other.factors.items():
            factors[key] = factors.get(key, Fraction(0)) + by * factor
        return _Sum(factors, {**self.trees, **other.trees}, self.constant + by * other.constant)

    def times(self, by: Fraction) -> _Sum:
        return _Sum({k: f * by for k, f in self.factors.items()}, self.trees, self.constant * by)


def _variable(tree: Expr) -> _Sum:
    return _Sum({repr(tree): Fraction(1)}, {repr(tree): tree}, Fraction(0))


def _combined(op: str, a: _Sum, b: _Sum) -> _Sum | None:
    if op in ("+", "-"):
        return a.plus(b, Fraction(1 if op == "+" else -1))
    if op == "*" and not (a.factors and b.factors):
        return a.times(b.constant) if a.factors else b.times(a.constant)
    if op == "/" and not b.factors and b.constant:
        return a.times(1 / b.constant)
    return None
