"""What the matcher sees of a case: integer properties, each with its meaning.

A `FormProperty` is an exact sum of numbers, a `CellProperty` its place among constants. A `RankProperty` is
the place of a value of any ordered type among the constants that it is compared with. A `CodeProperty` is the
number of a value in a list: of an enum, of the texts that the rules mention, or of false and true. A
`MemberProperty` says whether a code is one of several.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final

from rules.check.checked import Typed
from rules.engines.durable.integers import (
    EVERYTHING, HIGHEST, LOWEST, NOTHING, Integers, between, these,
)  # fmt: skip
from rules.engines.durable.linear import Form
from rules.model.expr import ComparisonOp, Expr
from rules.model.types import BOOLEAN, Enum
from rules.model.values import DayTimeDuration, Value, YearMonthDuration

ABSENT: Final = -1
"""The rank of null, below all others."""


@dataclass(eq=False, slots=True)
class Property(ABC):
    """One integer of the message. Equal only to itself; `key` tells which are the same."""

    key: str

    @property
    @abstractmethod
    def domain(self) -> tuple[int, int]:
        """The least and the greatest value."""

    @property
    @abstractmethod
    def trees(self) -> tuple[Expr, ...]:
        """What it is computed from."""

    @abstractmethod
    def allowed(self, op: ComparisonOp, value: Value) -> Integers:
        """The values for which `op value` is true."""


@dataclass(eq=False, slots=True)
class FormProperty(Property):
    """A sum of numbers, made whole."""

    form: Form

    @property
    def domain(self) -> tuple[int, int]:
        return self.form.domain

    @property
    def trees(self) -> tuple[Expr, ...]:
        return tuple(term.tree for term in self.form.terms)

    def allowed(self, op: ComparisonOp, value: Fraction) -> Integers:
        below, above = floor(value), ceil(value)
        return {
            "<": between(LOWEST, above - 1),
            "<=": between(LOWEST, below),
            "=": between(above, below),
            "!=": between(above, below).complement(),
            ">=": between(above, HIGHEST),
            ">": between(below + 1, HIGHEST),
        }[op]


@dataclass(eq=False, slots=True)
class CellProperty(Property):
    """How many cuts are not above a sum, see `cells`; made once all tests are known."""

    of: FormProperty
    cuts: tuple[int, ...]

    @property
    def domain(self) -> tuple[int, int]:
        return 0, len(self.cuts)

    @property
    def trees(self) -> tuple[Expr, ...]:
        return self.of.trees

    def allowed(self, op: ComparisonOp, value: Value) -> Integers:
        raise TypeError("the tests of a sum are turned into those of its cells")


@dataclass(eq=False, slots=True)
class RankProperty(Property):
    """0 below the first cut, 1 at it, 2 between it and the second, and so on."""

    tree: Expr
    typed: Typed
    cuts: list[Any] = field(default_factory=list)

    def add(self, value: Value) -> None:
        """Makes room for a constant; to be done for all before `allowed` is asked."""
        if value is not None and sort_key(value) not in self.cuts:
            self.cuts.append(sort_key(value))
            self.cuts.sort()

    @property
    def domain(self) -> tuple[int, int]:
        return ABSENT if self.typed.nullable else 0, 2 * len(self.cuts)

    @property
    def trees(self) -> tuple[Expr, ...]:
        return (self.tree,)

    def allowed(self, op: ComparisonOp, value: Value) -> Integers:
        if value is None:
            return _same_or_not(op, ABSENT)
        at = 2 * self.cuts.index(sort_key(value)) + 1
        return {
            "<": between(0, at - 1),
            "<=": between(0, at),
            "=": these([at]),
            "!=": these([at]).complement(),
            ">=": between(at, HIGHEST),
            ">": between(at + 1, HIGHEST),
        }[op]


@dataclass(eq=False, slots=True)
class CodeProperty(Property):
    """0 for null, then 1, 2, ... for `values`, and one more for any text that no rule mentions.

    `only_true` says of a boolean that nothing but its being true is ever asked.
    """

    tree: Expr
    typed: Typed
    values: list[Any] = field(default_factory=list)
    only_true: bool = True

    def add(self, op: ComparisonOp, value: Value) -> None:
        """Makes room for a constant; to be done for all before `allowed` is asked."""
        self.only_true = self.only_true and op == "=" and value is True
        if value is not None and value not in self.values and not self.closed:
            self.values.append(value)

    @property
    def closed(self) -> bool:
        """Whether all values are known beforehand."""
        return self.typed.type == BOOLEAN or isinstance(self.typed.type, Enum)

    @property
    def domain(self) -> tuple[int, int]:
        return 0 if self.typed.nullable else 1, len(self.values) + (not self.closed)

    @property
    def trees(self) -> tuple[Expr, ...]:
        return (self.tree,)

    def allowed(self, op: ComparisonOp, value: Value) -> Integers:
        if value is not None and value not in self.values:
            return NOTHING if op == "=" else EVERYTHING
        return _same_or_not(op, 0 if value is None else self.values.index(value) + 1)


@dataclass(eq=False, slots=True)
class MemberProperty(Property):
    """1 where a code is in the set, else 0: for sets that are no range."""

    of: CodeProperty
    codes: Integers

    @property
    def domain(self) -> tuple[int, int]:
        return 0, 1

    @property
    def trees(self) -> tuple[Expr, ...]:
        return self.of.trees

    def allowed(self, op: ComparisonOp, value: Value) -> Integers:
        return _same_or_not(op, value)


def code_property(key: str, tree: Expr, typed: Typed) -> CodeProperty:
    """A code property with the values that its type declares."""
    if isinstance(typed.type, Enum):
        return CodeProperty(key, tree, typed, list(typed.type.values))
    return CodeProperty(key, tree, typed, [False, True] if typed.type == BOOLEAN else [])


def sort_key(value: Value) -> Any:
    """What orders values of one type: durations by their length, all others by themselves."""
    if isinstance(value, YearMonthDuration):
        return value.months
    if isinstance(value, DayTimeDuration):
        return value.seconds
    return value


def _same_or_not(op: ComparisonOp, code: int) -> Integers:
    return these([code]) if op == "=" else these([code]).complement()


_LETTERS: Final = "abcdefghijlnopqrstuvwxyz"


def letters(count: int) -> Sequence[str]:
    """So many short ASCII names. `k` is the catch-all's, `m` and `id` are the engine's."""
    names: Iterable[str] = (a + b for a in ("", *_LETTERS) for b in _LETTERS)
    return [name for name in names if name != "id"][:count]


def is_number(value: Value) -> bool:
    """Whether a constant is a FEEL number."""
    return isinstance(value, Decimal)
