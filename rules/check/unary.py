"""Typing of unary tests: table cells, `in`, `between`, ranges."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.check import algebra, messages
from rules.check.checked import Typed
from rules.model.expr import Between, CompareTest, Expr, In, Interval, Name, UnaryTests
from rules.model.types import ANY, BOOLEAN, ListType, RangeType
from rules.model.walk import descendants

if TYPE_CHECKING:
    from rules.check.types import Binder, Bound

INPUT = "?"


def bind_test(binder: Binder, node: In | Between | UnaryTests | CompareTest | Interval) -> Bound:
    """A test as an expression of its own; `binder.scope` knows `?` where a column gives it."""
    match node:
        case In():
            value, typed = binder.bind(node.value)
            tests = tuple(bind_against(binder, test, (value, typed)) for test in node.tests)
            return replace(node, value=value, tests=tests), Typed(BOOLEAN, True)
        case Between():
            return _between(binder, node)
        case Interval():
            return _interval(binder, node)
        case CompareTest():
            operand, typed = binder.bind(node.operand)
            return replace(node, operand=operand), Typed(RangeType(typed.type))
        case UnaryTests():
            subject = (Name(INPUT), binder.scope.locals.get(INPUT, Typed(ANY, True)))
            return bind_against(binder, node, subject), Typed(BOOLEAN, True)


def bind_against(binder: Binder, test: Expr, subject: Bound) -> Expr:
    """One test of `subject`, bound, with what can never hold reported."""
    match test:
        case UnaryTests():
            inner = binder.within({INPUT: subject[1]})
            return replace(test, tests=tuple(bind_against(inner, t, subject) for t in test.tests))
        case CompareTest():
            operand = binder.bind(test.operand)
            binder.compare(test, test.op, subject, operand)
            return replace(test, operand=operand[0])
        case Interval():
            low, high = binder.bind(test.low), binder.bind(test.high)
            binder.compare(test.low, "<=", low, subject)
            binder.compare(test.high, "<=", subject, high)
            return replace(test, low=low[0], high=high[0])
    return _by_value(binder, test, subject)


def _by_value(binder: Binder, test: Expr, subject: Bound) -> Expr:
    """An expression as a test: true or false where it speaks of `?`, else a value or a list to match."""
    inner = binder.within({INPUT: subject[1]})
    if any(isinstance(n, Name) and n.name == INPUT for n in descendants(test)):
        return inner.boolean(test, "a test that uses `?`")[0]
    tree, typed = binder.bind(test)
    if isinstance(typed.type, ListType) and not isinstance(subject[1].type, ListType):
        binder.compare(test, "=", subject, (tree, Typed(typed.type.item, typed.nullable)))
    elif isinstance(typed.type, RangeType):
        binder.compare(test, "<=", subject, (tree, Typed(typed.type.item, typed.nullable)))
    else:
        binder.compare(test, "=", subject, (tree, typed))
    return tree


def _between(binder: Binder, node: Between) -> Bound:
    value, low, high = (binder.bind(n) for n in (node.value, node.low, node.high))
    binder.compare(node.low, ">=", value, low)
    binder.compare(node.high, "<=", value, high)
    nullable = value[1].nullable or low[1].nullable or high[1].nullable
    return replace(node, value=value[0], low=low[0], high=high[0]), Typed(BOOLEAN, nullable)


def _interval(binder: Binder, node: Interval) -> Bound:
    low, high = binder.bind(node.low), binder.bind(node.high)
    joined = algebra.join(low[1].type, high[1].type)
    if joined is None or not algebra.ordered(joined):
        left, right = messages.kind(low[1].type), messages.kind(high[1].type)
        binder.report(node, messages.wrong_operands("..", left, right))
        joined = ANY
    return replace(node, low=low[0], high=high[0]), Typed(RangeType(joined))
