"""How large a numeric expression can become and how many decimal places it has, from the facts' bounds.

What has an extent is computed by FEEL without any rounding, so it may be handed to the matcher as an
integer; what has none is compared in Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from rules.engines.durable.view import View
from rules.model.bounds import MAX_PLACES, bounds_of
from rules.model.expr import Arithmetic, Call, Expr, If, ListOf, Literal, Name, Negate, Path, Ref
from rules.model.types import MONEY, NUMERIC, ListType, Record
from rules.model.values import Value

EXACT_DIGITS: Final = 34
"""Digits of a FEEL number. A result within them is exact, so the order of operations does not matter."""

CENT_PLACES: Final = 2
LONGEST: Final = 10**9
"""More than any list or text can be long."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Inclusive ends and the number of decimal places."""

    low: Fraction
    high: Fraction
    places: int

    @property
    def largest(self) -> Fraction:
        """The greatest absolute value."""
        return max(abs(self.low), abs(self.high))


class Extents:
    """Extents of the expressions of one ruleset; `others` has those of the rulesets that come before it."""

    def __init__(self, view: View, others: Mapping[str, Extents]) -> None:
        self.view = view
        self.others = others
        self._outputs: dict[str, Extent | None] = {}
        self._lets: dict[str, Extent | None] = {}

    def of(self, tree: Expr) -> Extent | None:
        """The extent of an expression where it is not null; None where nothing is known."""
        constant = self.view.constant(tree)
        found = of_value(constant.value) if constant is not None else self._of(tree)
        return found if found is not None and _exact(found) else None

    def output(self, name: str) -> Extent | None:
        """The extent of an output over all rules that set it."""
        if name not in self._outputs:
            self._outputs[name] = None  # an output that reads itself has none
            self._outputs[name] = self._output(name)
        return self._outputs[name]

    def _of(self, tree: Expr) -> Extent | None:
        match tree:
            case Ref():
                return self._ref(tree)
            case Negate(operand=operand):
                inner = self.of(operand)
                return inner and Extent(-inner.high, -inner.low, inner.places)
            case Arithmetic():
                return self._arithmetic(tree)
            case If(then=then, otherwise=otherwise):
                return self._union((then, otherwise))
            case Call(function=Name(name=name), arguments=arguments, names=None):
                return self._call(name, arguments)
            case Path(base=base, name=name):
                return None if not self._is_record(base) else self._entry(base, name)
        return None

    def _ref(self, ref: Ref) -> Extent | None:
        if ref.kind == "fact":
            fact = self.view.checked.fact(ref.name)
            bounds = bounds_of(fact) if fact.type in NUMERIC else None
            if bounds is None:
                return None
            places = MAX_PLACES if bounds.step is None else _places(bounds.step)
            found = Extent(Fraction(bounds.low), Fraction(bounds.high), places)
            stated = None if fact.required else of_value(fact.when_absent)
            return found if stated is None else union([found, stated])
        if ref.kind == "let":
            if ref.name not in self._lets:
                self._lets[ref.name] = self.of(self.view.ruleset.lets[ref.name])
            return self._lets[ref.name]
        if ref.kind == "output":
            return self.output(ref.name)
        ruleset, _, output = ref.name.rpartition(".")
        return self.others[ruleset].output(output) if ruleset in self.others else None

    def _output(self, name: str) -> Extent | None:
        ruleset = self.view.ruleset
        if isinstance(ruleset.types[name].type, ListType) or ruleset.source.aggregator is not None:
            return None
        if name in ruleset.computed:
            found = self.of(ruleset.computed[name])
        else:
            trees = [rule.then[name] for rule in ruleset.rules if name in rule.then]
            found = self._union([*trees, *(t for n, t in ruleset.defaults.items() if n == name)])
        if found is not None and ruleset.source.outputs[name].type == MONEY:
            cent = Fraction(1, 10**CENT_PLACES)
            return Extent(found.low - cent, found.high + cent, CENT_PLACES)
        return found

    def _union(self, trees: Iterable[Expr]) -> Extent | None:
        values = [t for t in trees if not (isinstance(t, Literal) and t.value is None)]
        return union([self.of(t) for t in values])

    def _arithmetic(self, tree: Arithmetic) -> Extent | None:
        left, right = self.of(tree.left), self.of(tree.right)
        if left is None or right is None:
            return None
        if tree.op == "+":
            return Extent(left.low + right.low, left.high + right.high, max(left.places, right.places))
        if tree.op == "-":
            return Extent(left.low - right.high, left.high - right.low, max(left.places, right.places))
        if tree.op == "*":
            ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
            return Extent(min(ends), max(ends), left.places + right.places)
        if tree.op == "/" and right.low == right.high != 0:
            return _quotient(left, right.low)
        return None

    def _call(self, name: str, arguments: tuple[Expr, ...]) -> Extent | None:
        if name in ("min", "max") and len(arguments) > 1:
            found = [self.of(a) for a in arguments]
            known = [f for f in found if f is not None]
            if len(known) < len(found):
                return None
            pick = min if name == "min" else max
            low, high = pick(k.low for k in known), pick(k.high for k in known)
            return Extent(low, high, max(k.places for k in known))
        if name in ("min", "max") and len(arguments) == 1:
            return self._items(arguments[0])
        if name in ("count", "string length") and len(arguments) == 1:
            return Extent(Fraction(0), Fraction(LONGEST), 0)
        if name == "abs" and len(arguments) == 1:
            inner = self.of(arguments[0])
            return inner and Extent(Fraction(0), inner.largest, inner.places)
        if name == "get value" and len(arguments) == 2 and self._is_record(arguments[0]):
            constant = self.view.constant(arguments[0])
            return union([of_value(v) for v in constant.value.values()]) if constant is not None else None
        return None

    def _items(self, tree: Expr) -> Extent | None:
        """The extent of the items of a list."""
        match tree:
            case Ref(kind="let", name=name):
                return self._items(self.view.ruleset.lets[name])
            case ListOf(items=items):
                return self._union(items)
            case Call(function=Name(name="append"), arguments=(items, *new)):
                return union([self._items(items), *(self.of(item) for item in new)])
            case Call(function=Name(name="index of")):
                return Extent(Fraction(1), Fraction(LONGEST), 0)
        return None

    def _is_record(self, tree: Expr) -> bool:
        return self.view.constant(tree) is not None and isinstance(self.view.typed(tree).type, Record)

    def _entry(self, base: Expr, name: str) -> Extent | None:
        constant = self.view.constant(base)
        return of_value(constant.value.get(name)) if constant is not None else None


def of_value(value: Value) -> Extent | None:
    """The extent of one number."""
    if not isinstance(value, Decimal):
        return None
    return Extent(Fraction(value), Fraction(value), _places(value))


def union(extents: Iterable[Extent | None]) -> Extent | None:
    """The extent that holds all of them; None where one is unknown."""
    found = list(extents)
    known = [f for f in found if f is not None]
    if not known or len(known) < len(found):
        return None
    return Extent(min(k.low for k in known), max(k.high for k in known), max(k.places for k in known))


def terminating_places(value: Fraction) -> int | None:
    """The number of decimal places that write the value out in full, None where it has no end."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest, count = rest // prime, count + 1
        places = max(places, count)
    return places if rest == 1 else None


def _quotient(left: Extent, divisor: Fraction) -> Extent | None:
    places = terminating_places(1 / divisor)
    if places is None:
        return None
    ends = (left.low / divisor, left.high / divisor)
    return Extent(min(ends), max(ends), left.places + places)


def _places(value: Decimal) -> int:
    return terminating_places(Fraction(value)) or 0


def _exact(extent: Extent) -> bool:
    return bool(extent.largest * 10**extent.places < 10**EXACT_DIGITS)
