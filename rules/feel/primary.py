"""What an expression can begin with: literals, names, minus and brackets; `forms` has the longer forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast, get_args

from rules.feel.errors import FeelSyntaxError
from rules.feel.forms import FORMS, label
from rules.feel.powers import NEGATION
from rules.feel.scanner import shown
from rules.model.expr import CompareTest, ComparisonOp, Expr, Interval, ListOf, Literal, Name, Negate

if TYPE_CHECKING:
    from rules.feel.parser import Parser

MAX_RETRIES: Final = 64
COMPARISON_SIGNS: Final[tuple[ComparisonOp, ...]] = get_args(ComparisonOp)
CONSTANTS: Final = MappingProxyType({"true": True, "false": False, "null": None})


def prefix(parser: Parser) -> Expr:
    """One operand, with what stands before it but not what stands after."""
    token = parser.token
    if token.kind in ("number", "string", "temporal"):
        parser.advance()
        return Literal(token.value, start=token.start, end=token.end)
    if token.kind == "name":
        parser.advance()
        return Name(token.text, start=token.start, end=token.end)
    form = (
        (BRACKETS.get(token.text) or FORMS.get(token.text)) if token.kind in ("keyword", "symbol") else None
    )
    if form is None:
        raise parser.error(f"expected an expression, found {shown(token)}", _hint(token.text))
    return form(parser)


def positive_test(parser: Parser, power: int = 0) -> Expr:
    """A test of a cell or of `in`: a comparison without its left side, or an expression."""
    start = parser.token.start
    if parser.at(*COMPARISON_SIGNS):
        op = cast(ComparisonOp, parser.advance().text)
        operand = parser.expression(power)
        return CompareTest(op, operand, start=start, end=parser.last_end)
    return parser.expression(power)


def bracketed_tests(parser: Parser, or_range: bool = False) -> tuple[Expr, ...]:
    """`(test, test)`, or the one range `(low..high)` where that may stand here too."""
    saved, parser.open_end = parser.open_end, False
    start = parser.advance().start
    tests = [positive_test(parser)]
    while parser.take(","):
        tests.append(positive_test(parser))
    parser.open_end = saved
    if or_range and len(tests) == 1 and parser.at(".."):
        return (_interval(parser, start, tests[0], low_closed=False),)
    parser.expect(")", "after the tests")
    return tuple(tests)


def arguments(parser: Parser) -> tuple[tuple[Expr, ...], tuple[str, ...] | None]:
    """The arguments of a call, and their names where they are given by name."""
    parser.advance()
    given: list[Expr] = []
    names: list[str] = []
    while not parser.at(")"):
        if given:
            parser.expect(",", "between the arguments")
        name = label(parser)
        if given and (name is None) == bool(names):
            raise parser.error("expected all arguments by name or none")
        if name is not None:
            names.append(name)
        given.append(parser.nested())
    parser.advance()
    return tuple(given), tuple(names) if names else None


def _constant(parser: Parser) -> Expr:
    token = parser.advance()
    return Literal(CONSTANTS[token.text], start=token.start, end=token.end)


def _negate(parser: Parser) -> Expr:
    start = parser.advance().start
    operand = parser.expression(NEGATION)
    return Negate(operand, start=start, end=parser.last_end)


def _parenthesis(parser: Parser) -> Expr:
    """`(a)`, `(a..b)` or `(< a)`."""
    start = parser.advance().start
    if parser.at(*COMPARISON_SIGNS):
        saved, parser.open_end = parser.open_end, False
        test = positive_test(parser)
        parser.open_end = saved
        parser.expect(")", "after the comparison")
        return test
    inner = parser.nested()
    if parser.at(".."):
        return _interval(parser, start, inner, low_closed=False)
    parser.expect(")", "to close the parenthesis")
    return inner


def _bracket(parser: Parser) -> Expr:
    """`[a, b]` or `[a..b]`."""
    start = parser.advance().start
    if parser.take("]"):
        return ListOf((), start=start, end=parser.last_end)
    items = [parser.nested()]
    if parser.at(".."):
        return _interval(parser, start, items[0], low_closed=True)
    while parser.take(","):
        items.append(parser.nested())
    parser.expect("]", "to close the list")
    return ListOf(tuple(items), start=start, end=parser.last_end)


def _open_bracket(parser: Parser) -> Expr:
    """`]a..b]`."""
    start = parser.advance().start
    low = parser.nested()
    if not parser.at(".."):
        raise parser.error(f"expected `..` in the range, found {shown(parser.token)}")
    return _interval(parser, start, low, low_closed=False)


def _interval(parser: Parser, start: int, low: Expr, low_closed: bool) -> Expr:
    parser.advance()
    high = _upper_end(parser)
    if not parser.at("]", ")", "["):
        raise parser.error(f"expected `]` or `)` to close the range, found {shown(parser.token)}")
    closing = parser.advance().text
    return Interval(low, high, low_closed, closing == "]", start=start, end=parser.last_end)


def _upper_end(parser: Parser) -> Expr:
    """The upper end, first as if `[` after it began a filter, then as if it closed the range."""
    mark = parser.mark()
    try:
        high = parser.nested()
        if parser.at("]", ")"):
            return high
        failure = parser.error(f"expected `]` or `)` to close the range, found {shown(parser.token)}")
    except FeelSyntaxError as error:
        failure = error
    parser.retries += 1
    if parser.retries > MAX_RETRIES:
        raise failure
    parser.reset(mark)
    high = parser.nested(open_end=True)
    if not parser.at("["):
        raise failure
    return high


def _hint(text: str) -> str:
    if text in COMPARISON_SIGNS:
        return "write the value on the left first; only a cell or `in` may leave it out"
    return ""


BRACKETS: Final[Mapping[str, Callable[[Parser], Expr]]] = MappingProxyType(
    {
        "true": _constant,
        "false": _constant,
        "null": _constant,
        "-": _negate,
        "(": _parenthesis,
        "[": _bracket,
        "]": _open_bracket,
    }
)
