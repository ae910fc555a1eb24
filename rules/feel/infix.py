"""What can stand after an expression: operators, `between`, `in`, `instance of`, paths, filters, calls.

Powers, low to high: or, and, comparison, `+ -`, `* /`, `**`, unary minus, postfix. All associate to the left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from rules.feel.powers import ADDITION, AND, COMPARISON, MULTIPLICATION, OR, POSTFIX, POWER
from rules.feel.primary import COMPARISON_SIGNS, arguments, bracketed_tests, positive_test
from rules.feel.scanner import shown
from rules.feel.types import scan_type
from rules.model.expr import (
    And,
    Arithmetic,
    ArithmeticOp,
    Between,
    Call,
    Comparison,
    ComparisonOp,
    Expr,
    Filter,
    In,
    InstanceOf,
    Or,
    Path,
)

if TYPE_CHECKING:
    from rules.feel.parser import Parser


class Infix(NamedTuple):
    """What stands after an expression: how tightly it binds, and how it is read."""

    power: int
    parse: Callable[[Parser, Expr, int], Expr]


def _or(parser: Parser, left: Expr, start: int) -> Expr:
    parser.advance()
    right = parser.expression(OR)
    return Or(left, right, start=start, end=parser.last_end)


def _and(parser: Parser, left: Expr, start: int) -> Expr:
    parser.advance()
    right = parser.expression(AND)
    return And(left, right, start=start, end=parser.last_end)


def _comparison(op: ComparisonOp) -> Infix:
    def read(parser: Parser, left: Expr, start: int) -> Expr:
        parser.advance()
        if op == "=" and parser.at("="):
            raise parser.error("expected an expression, found `=`", "equality is one `=`")
        right = parser.expression(COMPARISON)
        return Comparison(op, left, right, start=start, end=parser.last_end)

    return Infix(COMPARISON, read)


def _arithmetic(op: ArithmeticOp, power: int) -> Infix:
    def read(parser: Parser, left: Expr, start: int) -> Expr:
        parser.advance()
        right = parser.expression(power)
        return Arithmetic(op, left, right, start=start, end=parser.last_end)

    return Infix(power, read)


def _between(parser: Parser, left: Expr, start: int) -> Expr:
    parser.advance()
    low = parser.expression(COMPARISON)
    parser.expect("and", "after the lower end of `between`")
    high = parser.expression(COMPARISON)
    return Between(left, low, high, start=start, end=parser.last_end)


def _in(parser: Parser, left: Expr, start: int) -> Expr:
    parser.advance()
    at = parser.token.start
    if parser.at("("):
        tests = bracketed_tests(parser, or_range=True)
        if len(tests) == 1:
            # It may be but the beginning of an expression: `x in (a + b) * 2`.
            tests = (parser.continued(tests[0], at, COMPARISON),)
    else:
        tests = (positive_test(parser, COMPARISON),)
    return In(left, tests, start=start, end=parser.last_end)


def _instance_of(parser: Parser, left: Expr, start: int) -> Expr:
    parser.advance()
    if parser.token.text != "of":
        raise parser.error(f"expected `of` after `instance`, found {shown(parser.token)}")
    wanted, at = scan_type(parser.scanner.text, parser.token.end)
    parser.jump(at)
    return InstanceOf(left, str(wanted), start=start, end=at)


def _path(parser: Parser, left: Expr, start: int) -> Expr:
    name = parser.scanner.entry_name(parser.token.end)
    parser.jump(name.end)
    return Path(left, name.text, start=start, end=name.end)


def _filter(parser: Parser, left: Expr, start: int) -> Expr:
    parser.advance()
    condition = parser.nested()
    parser.expect("]", "after the filter")
    return Filter(left, condition, start=start, end=parser.last_end)


def _call(parser: Parser, left: Expr, start: int) -> Expr:
    given, names = arguments(parser)
    return Call(left, given, names, start=start, end=parser.last_end)


INFIX: Final[Mapping[str, Infix]] = MappingProxyType(
    {
        "or": Infix(OR, _or),
        "and": Infix(AND, _and),
        **{op: _comparison(op) for op in COMPARISON_SIGNS},
        "between": Infix(COMPARISON, _between),
        "in": Infix(COMPARISON, _in),
        "instance": Infix(COMPARISON, _instance_of),
        "+": _arithmetic("+", ADDITION),
        "-": _arithmetic("-", ADDITION),
        "*": _arithmetic("*", MULTIPLICATION),
        "/": _arithmetic("/", MULTIPLICATION),
        "**": _arithmetic("**", POWER),
        ".": Infix(POSTFIX, _path),
        "[": Infix(POSTFIX, _filter),
        "(": Infix(POSTFIX, _call),
    }
)
