"""FEEL expression trees (OMG DMN 1.5, chapter 10), as data without behaviour.

Every node carries `start` and `end`, offsets of code points into the cell it was read from;
they do not take part in equality, so two trees are equal when they mean the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal as OneOf

from rules.model.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What all nodes share: their place in the cell."""

    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant: null, boolean, number, string, or a temporal literal (`@"2026-11-23"`)."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable not yet resolved; `?` is the input of a unary test."""

    name: str


RefKind = OneOf["fact", "parameter", "let", "output", "required", "clock"]


@dataclass(frozen=True, slots=True)
class Ref(Node):
    """A name that `check` has resolved.

    `name` is the key under which its value is found: `customer.size` for a fact, `limit_cap` for a
    parameter, `warning_line` for a computed fact or an output of the same ruleset,
    `credit_tier.base_limit` for an output of another one, `as_of` for the decision date.
    """

    name: str
    kind: RefKind


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`base.name`: a context entry or a property of a temporal value."""

    base: Expr
    name: str


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """Unary minus."""

    operand: Expr


ArithmeticOp = OneOf["+", "-", "*", "/", "**"]
ComparisonOp = OneOf["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left op right`."""

    op: ArithmeticOp
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left op right`, three-valued."""

    op: ComparisonOp
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class And(Node):
    """Kleene conjunction."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Kleene disjunction."""

    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`, both ends included."""

    value: Expr
    low: Expr
    high: Expr


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in test` or `value in (test, test)`; a comma is or."""

    value: Expr
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Interval(Node):
    """A range literal `[low..high]`; an open end is None on neither side, see the flags."""

    low: Expr
    high: Expr
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class CompareTest(Node):
    """A unary comparison: `< 10`, `>= limit`; as a value `(< 10)` it is a half-open range."""

    op: ComparisonOp
    operand: Expr


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """The content of a decision-table cell: any of `tests`, or none of them where `negated`.

    `any_value` is the cell `-`, which always holds and has no tests.
    """

    tests: tuple[Test, ...]
    negated: bool = False
    any_value: bool = False


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then first else second`; anything but true takes the second."""

    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Iterator(Node):
    """`name in source`, or `name in source..to` where `to` is given."""

    name: str
    source: Expr
    to: Expr | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for x in list return body`."""

    iterators: tuple[Iterator, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some|every x in list satisfies condition`."""

    kind: OneOf["some", "every"]
    iterators: tuple[Iterator, ...]
    condition: Expr


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`base[condition]`: by position where the condition is a number, else by test on `item`."""

    base: Expr
    condition: Expr


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`function(arguments)`; named arguments where `names` is given, in the same order."""

    function: Expr
    arguments: tuple[Expr, ...]
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[a, b]`."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """`{a: 1, b: a + 1}`; later entries see earlier ones."""

    entries: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    """`function(a, b: number) body`."""

    parameters: tuple[tuple[str, str | None], ...]
    body: Expr
    external: bool = False


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`; the type in FEEL's own notation (`list<number>`)."""

    value: Expr
    type: str


Expr = (
    Literal | Name | Ref | Path | Negate | Arithmetic | Comparison | And | Or | Between | In | Interval
    | CompareTest | UnaryTests | If | For | Quantified | Filter | Call | ListOf | ContextOf | FunctionOf
    | InstanceOf
)  # fmt: skip
Test = Expr
