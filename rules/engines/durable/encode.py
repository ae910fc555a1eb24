"""Properties as Python source, and tests in the C engine's notation."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rules.engines.durable.integers import HIGHEST, LOWEST, Integers
from rules.engines.durable.linear import Term
from rules.engines.durable.lower import Tests, hole
from rules.engines.durable.program import Reader
from rules.engines.durable.properties import (
    CellProperty, CodeProperty, FormProperty, MemberProperty, Property, RankProperty,
)  # fmt: skip
from rules.engines.durable.rete import Test
from rules.engines.durable.runtime import ONE
from rules.model.expr import Call, Expr, Name, Ref
from rules.model.types import DAYS, YEARS, ListType
from rules.model.values import Value

OTHER_TEXT = object()
"""Stands for every text that no rule mentions."""


class Encoder:
    """Writes the statements that compute properties; what `numeric` holds is needed as a number too."""

    def __init__(self, reader: Reader, numeric: frozenset[Property]) -> None:
        self.reader = reader
        self.numeric = numeric
        self.locals: dict[Property, str] = {}
        self._values: dict[str, str] = {}

    def local(self, property_: Property) -> str:
        """The local variable with the property, computed when first asked for."""
        if property_ not in self.locals:
            code = self._code(property_)
            self.locals[property_] = name = f"p{len(self.locals)}"
            self.reader.lines.append(f"{name} = {code}")
        return self.locals[property_]

    def _code(self, property_: Property) -> str:
        match property_:
            case FormProperty():
                return self._form(property_)
            case CellProperty(of=of, cuts=cuts):
                return f"bisect_right({self.reader.constant(tuple(map(Decimal, cuts)))}, {self.local(of)})"
            case RankProperty():
                return self._rank(property_)
            case CodeProperty():
                codes = {value: i for i, value in enumerate([None, *property_.values])}
                if not property_.typed.nullable:
                    del codes[None]  # should a null come after all, the lookup raises
                return self._lookup(property_, codes, len(property_.values) + 1, property_ in self.numeric)
            case MemberProperty(of=of, codes=codes):
                values: Sequence[Any] = [None, *of.values, OTHER_TEXT]
                chosen = {v for i, v in enumerate(values) if i in codes}
                table = {v: int(v in chosen) for v in values if v is not OTHER_TEXT}
                return self._lookup(of, table, int(OTHER_TEXT in chosen), property_ in self.numeric)
        raise TypeError(property_)

    def _form(self, property_: FormProperty) -> str:
        count = self._count(property_)
        if count is not None:
            return count
        code = ""
        for term in property_.form.terms:
            part, factor = self.reader.lift.value(term.tree), self.reader.constant(Decimal(term.factor))
            if not code:
                code = part if term.factor == 1 else f"multiply({factor}, {part})"
            else:
                code = f"add({code}, {part})" if term.factor == 1 else f"fma({factor}, {part}, {code})"
        return f"whole({code}, {self.reader.constant(ONE)})"

    def _count(self, property_: FormProperty) -> str | None:
        """The length of a list, which is an integer as it is."""
        match property_.form.terms:
            case (Term(tree=Call(function=Name(name="count"), arguments=(items,)), factor=1),):
                is_list = isinstance(self.reader.view.typed(items).type, ListType)
                return f"len({self.reader.lift.value(items)})" if is_list else None
        return None

    def _rank(self, property_: RankProperty) -> str:
        name = self._value(property_.tree)
        type_ = property_.typed.type
        member = ".months" if type_ == YEARS else ".seconds" if type_ == DAYS else ""
        if len(property_.cuts) == 1 and not member:
            cut = self.reader.constant(property_.cuts[0])
            code = f"0 if {name} < {cut} else 1 if {name} == {cut} else 2"
        else:
            code = f"rank({self.reader.constant(tuple(property_.cuts))}, {name}{member})"
        if not property_.cuts:
            code = "0"
        return f"-1 if {name} is None else {code}" if property_.typed.nullable else code

    def _lookup(self, of: CodeProperty, codes: dict[Value, int], other: int, numeric: bool) -> str:
        """The code from a table; as text where only the message needs it, which saves a conversion."""
        table = {value: code if numeric else str(code) for value, code in codes.items()}
        if of.only_true and not isinstance(of.tree, Ref):
            return f"{self.reader.constant(table)}[{self.reader.lift.truth(of.tree)}]"
        name = self._value(of.tree)
        if of.closed:
            # A value that the type does not declare is not in the table: the lookup raises.
            return f"{self.reader.constant(table)}[{name}]"
        default = self.reader.constant(other if numeric else str(other))
        return f"{self.reader.constant(table)}.get({name}, {default})"

    def _value(self, tree: Expr) -> str:
        """A local variable with the value of an expression."""
        code = self.reader.lift.value(tree)
        if code.isidentifier():
            return code
        if code not in self._values:
            self._values[code] = f"x{len(self._values)}"
            self.reader.lines.append(f"{self._values[code]} = {code}")
        return self._values[code]


def engine_tests(tests: Tests, letters: dict[Property, str], common: Sequence[Property]) -> list[Test]:
    """The tests of one alternative for the C engine: the commonest properties first, equality before order.

    Rules that begin with the same tests share them in the matcher.
    """
    ordered = sorted(tests.items(), key=lambda test: (not _is_equality(test[1]), common.index(test[0])))
    return [one for property_, allowed in ordered for one in _tests(letters[property_], allowed)]


def _is_equality(allowed: Integers) -> bool:
    return len(allowed.runs) == 1 and allowed.runs[0][0] == allowed.runs[0][1]


def _tests(letter: str, allowed: Integers) -> list[Test]:
    without = hole(allowed)
    if without is not None:
        return [{"$neq": {letter: without}}]
    ((low, high),) = allowed.runs
    if low == high:
        return [{letter: low}]
    found: list[Test] = [] if low == LOWEST else [{"$gte": {letter: low}}]
    return found if high == HIGHEST else [*found, {"$lte": {letter: high}}]
