"""Unary tests, `in` and `between` as comparisons, `and`, `or` and `not`: fewer kinds of node to compile.

Only where both mean the same under negation too: a range whose end may be null stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rules.check.checked import Typed
from rules.feel.evaluate import evaluate
from rules.model.expr import (
    And,
    Arithmetic,
    Between,
    Call,
    CompareTest,
    Comparison,
    Expr,
    In,
    Interval,
    ListOf,
    Literal,
    Name,
    Negate,
    Or,
    Path,
    Ref,
    UnaryTests,
)  # fmt: skip
from rules.model.types import ANY, ListType, RangeType
from rules.model.walk import descendants, map_children

TypeOf = Callable[[Expr], Typed]
INPUT = "?"
TRUE = Literal(True)
FALSE = Literal(False)


def desugar(tree: Expr, typed: TypeOf) -> Expr:
    """The same condition in plain nodes at its top; the tree itself where there is nothing to do."""
    match tree:
        case Between(value=value, low=low, high=high):
            return _inside(value, low, high, True, True, typed) or tree
        case In(value=value, tests=tests):
            return _any(tests, value, typed) or tree
    return tree


def negation(tree: Expr) -> Expr:
    """`not(tree)`."""
    return Call(Name("not"), (tree,))


def _any(tests: Sequence[Expr], value: Expr, typed: TypeOf) -> Expr | None:
    plain = [_test(test, value, typed) for test in tests]
    found = [p for p in plain if p is not None]
    return _either(found) if found and len(found) == len(plain) else None


def _either(tests: Sequence[Expr]) -> Expr:
    """One `or` of all, in halves, so that a cell of a thousand values is ten levels high and not a thousand."""
    if len(tests) == 1:
        return tests[0]
    middle = len(tests) // 2
    return Or(_either(tests[:middle]), _either(tests[middle:]))


def _test(test: Expr, value: Expr, typed: TypeOf) -> Expr | None:
    match test:
        case UnaryTests(any_value=True):
            return TRUE
        case UnaryTests(tests=tests, negated=negated):
            found = _any(tests, value, typed)
            return negation(found) if found is not None and negated else found
        case CompareTest(op=op, operand=operand):
            return Comparison(op, value, operand)
        case Interval(low=low, high=high, low_closed=low_closed, high_closed=high_closed):
            return _inside(value, low, high, low_closed, high_closed, typed)
        case ListOf(items=items) if not _is_list(value, typed):
            return _any(items, value, typed) if items else FALSE
    if any(isinstance(node, Name) and node.name == INPUT for node in descendants(test)):
        return _filled(test, value)
    if _is_list(test, typed) or _is_list(value, typed):
        return None
    return Comparison("=", value, test)


def _inside(value: Expr, low: Expr, high: Expr, low_closed: bool, high_closed: bool, typed: TypeOf) -> Expr | None:
    if typed(low).nullable or typed(high).nullable or not (_sound(low) and _sound(high)):
        return None
    above = Comparison(">=" if low_closed else ">", value, low)
    return And(above, Comparison("<=" if high_closed else "<", value, high))


def _sound(end: Expr) -> bool:
    """Whether the end of a range is no fault for certain: a fault there counts even outside the range."""
    match end:
        case Literal() | Ref() | Name() | Path():
            return True
        case Negate(operand=operand):
            return _sound(operand)
        case Arithmetic(op="+" | "-" | "*", left=left, right=right):
            return _sound(left) and _sound(right)
        case Call(arguments=arguments) if all(isinstance(a, Literal) for a in arguments):
            return evaluate(end, {}) is not None
    return False


def _is_list(tree: Expr, typed: TypeOf) -> bool:
    type_ = typed(tree).type
    return isinstance(type_, ListType | RangeType) or type_ == ANY


def _filled(test: Expr, value: Expr) -> Expr:
    """The test with the input in place of `?`."""
    if isinstance(test, Name) and test.name == INPUT:
        return value
    return map_children(test, lambda child: _filled(child, value))
