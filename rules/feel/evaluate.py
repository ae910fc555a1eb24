"""Tree to value. Data never raises: what has no value is null, and a fault says why, unless a null did it.

This file says what each node means, `loops` and `calls` have the longer forms, and `machine` carries it all.
A meaning may raise `FeelFault`; the machine makes null and a fault of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from rules.feel import kinds
from rules.feel.arithmetic import arithmetic, negate
from rules.feel.builtins import BUILTINS
from rules.feel.calls import call, function_of
from rules.feel.errors import Fault, FeelFault
from rules.feel.kinds import described, kind_of
from rules.feel.loops import filtered, for_each, quantified
from rules.feel.machine import CLOCK, Machine, Meaning
from rules.feel.operators import ORDERED, between, compare, disjunction, member, negation
from rules.feel.properties import property_of
from rules.feel.scope import Scope
from rules.feel.tree import mentions
from rules.feel.types import is_instance, parse_type
from rules.model.expr import (
    And,
    Arithmetic,
    Between,
    Call,
    CompareTest,
    Comparison,
    ContextOf,
    Expr,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    Interval,
    ListOf,
    Literal,
    Name,
    Negate,
    Or,
    Path,
    Quantified,
    Ref,
    UnaryTests,
)  # fmt: skip
from rules.model.values import Range, Value

__all__ = ["CLOCK", "Fault", "evaluate", "holds"]

INPUT: Final = "?"


def evaluate(node: Expr, env: Mapping[str, Value], faults: list[Fault] | None = None) -> Value:
    """The value of an expression among the names of `env`, which may be lazy.

    Appends to `faults` what went wrong. `env[CLOCK]`, a `DateTime`, is what now() and today() read.
    """
    machine = Machine(MEANINGS, faults)
    return machine.guarded(node, env, lambda: machine.value(node, env))


def holds(
    tests: UnaryTests, value: Value, env: Mapping[str, Value], faults: list[Fault] | None = None
) -> bool | None:
    """Whether the input value passes a cell; null where that cannot be told."""
    machine = Machine(MEANINGS, faults)
    found = machine.guarded(tests, env, lambda: _passes(machine, tests, value, env))
    return found if isinstance(found, bool) else None


def _literal(machine: Machine, node: Literal, scope: Mapping[str, Value]) -> Value:
    return node.value


def _name(machine: Machine, node: Name | Ref, scope: Mapping[str, Value]) -> Value:
    try:
        return scope[node.name]
    except KeyError:
        pass
    if node.name in BUILTINS:
        return BUILTINS[node.name]
    raise FeelFault(f"there is nothing named `{node.name}`")


def _path(machine: Machine, node: Path, scope: Mapping[str, Value]) -> Value:
    return property_of(machine.value(node.base, scope), node.name)


def _negate(machine: Machine, node: Negate, scope: Mapping[str, Value]) -> Value:
    return negate(machine.value(node.operand, scope))


def _arithmetic(machine: Machine, node: Arithmetic, scope: Mapping[str, Value]) -> Value:
    found = arithmetic(node.op, machine.value(node.left, scope), machine.value(node.right, scope))
    machine.weigh((found,))
    return found


def _comparison(machine: Machine, node: Comparison, scope: Mapping[str, Value]) -> Value:
    left, right = machine.value(node.left, scope), machine.value(node.right, scope)
    machine.weigh((left, right))
    return compare(node.op, left, right)


def _connective(machine: Machine, node: And | Or, scope: Mapping[str, Value]) -> Value:
    """`and` or `or`: one operand that decides makes the other, and its faults, of no account."""
    decisive = isinstance(node, Or)
    mark = machine.mark()
    left = machine.value(node.left, scope)
    if left is decisive:
        return decisive
    right = machine.value(node.right, scope)
    if right is decisive:
        machine.forget(mark)
        return decisive
    for operand in (left, right):
        if operand is not None and not isinstance(operand, bool):
            raise FeelFault(f"`{'or' if decisive else 'and'}` takes booleans, not {described(operand)}")
    return None if left is None or right is None else not decisive


def _between(machine: Machine, node: Between, scope: Mapping[str, Value]) -> Value:
    value, low, high = (machine.value(part, scope) for part in (node.value, node.low, node.high))
    if low is None or high is None:
        return None
    return between(value, low, high, low_closed=True, high_closed=True)


def _in(machine: Machine, node: In, scope: Mapping[str, Value]) -> Value:
    return _any_passes(machine, node.tests, machine.value(node.value, scope), scope)


def _interval(machine: Machine, node: Interval, scope: Mapping[str, Value]) -> Value:
    low, high = machine.value(node.low, scope), machine.value(node.high, scope)
    if low is None or high is None:
        return None
    if kind_of(low) != kind_of(high) or kind_of(low) not in ORDERED:
        raise FeelFault(f"{described(low)} and {described(high)} make no range")
    return Range(low, high, node.low_closed, node.high_closed)


def _compare_test(machine: Machine, node: CompareTest, scope: Mapping[str, Value]) -> Value:
    """`(< 10)` as a value: the range that is open on the other side."""
    operand = machine.value(node.operand, scope)
    if operand is None:
        return None
    if kind_of(operand) not in ORDERED or node.op == "!=":
        raise FeelFault(f"`{node.op}` and {described(operand)} make no range")
    if node.op == "=":
        return Range(operand, operand, True, True)
    if node.op in ("<", "<="):
        return Range(None, operand, False, node.op == "<=")
    return Range(operand, None, node.op == ">=", False)


def _unary_tests(machine: Machine, node: UnaryTests, scope: Mapping[str, Value]) -> Value:
    return _passes(machine, node, _name(machine, Name(INPUT), scope), scope)


def _if(machine: Machine, node: If, scope: Mapping[str, Value]) -> Value:
    condition = machine.value(node.condition, scope)
    if condition is not None and not isinstance(condition, bool):
        machine.fault(node.condition, f"`if` takes a boolean, not {described(condition)}")
    return machine.value(node.then if condition is True else node.otherwise, scope)


def _list_of(machine: Machine, node: ListOf, scope: Mapping[str, Value]) -> Value:
    return [machine.value(item, scope) for item in node.items]


def _context_of(machine: Machine, node: ContextOf, scope: Mapping[str, Value]) -> Value:
    entries: dict[str, Value] = {}
    inner = Scope(entries, scope)
    for key, value in node.entries:
        entries[key] = machine.value(value, inner)
    return dict(entries)


def _instance_of(machine: Machine, node: InstanceOf, scope: Mapping[str, Value]) -> Value:
    return is_instance(machine.value(node.value, scope), parse_type(node.type))


def _passes(machine: Machine, tests: UnaryTests, value: Value, scope: Mapping[str, Value]) -> bool | None:
    if tests.any_value:
        return True
    passed = _any_passes(machine, tests.tests, value, scope)
    return negation(passed) if tests.negated else passed


def _any_passes(
    machine: Machine, tests: tuple[Expr, ...], value: Value, scope: Mapping[str, Value]
) -> bool | None:
    """Commas are `or`: a test that is passed makes the faults of the others of no account."""
    inner = Scope({INPUT: value}, scope)
    mark = machine.mark()
    passed = disjunction(machine.attempt(test, _test, value, inner) for test in tests)
    if passed:
        machine.forget(mark)
    return passed


def _test(machine: Machine, test: Expr, value: Value, scope: Mapping[str, Value]) -> bool | None:
    """One test: a comparison, a range, a boolean that reads `?`, or else equality or membership."""
    if isinstance(test, CompareTest):
        return compare(test.op, value, machine.value(test.operand, scope))
    if isinstance(test, UnaryTests):
        return _passes(machine, test, value, scope)
    found = machine.value(test, scope)
    machine.weigh((value, found))
    if isinstance(test, Interval) and found is None:
        return None
    if not mentions(test, INPUT):
        return member(value, found)
    if found is not None and not isinstance(found, bool):
        raise FeelFault(f"the test is {described(found)}, not a {kinds.BOOLEAN}")
    return found


MEANINGS: Final[Mapping[type[Any], Meaning]] = MappingProxyType(
    {
        Literal: _literal,
        Name: _name,
        Ref: _name,
        Path: _path,
        Negate: _negate,
        Arithmetic: _arithmetic,
        Comparison: _comparison,
        And: _connective,
        Or: _connective,
        Between: _between,
        In: _in,
        Interval: _interval,
        CompareTest: _compare_test,
        UnaryTests: _unary_tests,
        If: _if,
        For: for_each,
        Quantified: quantified,
        Filter: filtered,
        Call: call,
        ListOf: _list_of,
        ContextOf: _context_of,
        FunctionOf: function_of,
        InstanceOf: _instance_of,
    }
)
