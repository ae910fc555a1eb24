"""Text to tree: a Pratt parser.

This file has the way in and the parser itself; `primary` and `forms` read what an expression can begin with,
`infix` what can stand after one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, NamedTuple, TypeVar

from rules.feel.errors import FeelSyntaxError
from rules.feel.infix import INFIX, Infix
from rules.feel.primary import bracketed_tests, positive_test, prefix
from rules.feel.scanner import Scanner, Token, shown
from rules.feel.tree import height
from rules.model.expr import Expr, UnaryTests

__all__ = ["FeelSyntaxError", "parse", "parse_unary_tests"]

Tree = TypeVar("Tree", bound=Expr)

MAX_TEXT: Final = 20_000
"""Characters of one expression; no cell that people read comes near."""

MAX_DEPTH: Final = 200
MAX_HEIGHT: Final = 200
MAX_CHAIN: Final = 2000


def parse(text: str, names: Collection[str] = ()) -> Expr:
    """The tree of one expression. `names` are variables whose names may hold spaces and operators.

    Raises `FeelSyntaxError` where the text is not one whole expression.
    """
    return _whole(text, names, Parser.nested)


def parse_unary_tests(text: str, names: Collection[str] = ()) -> UnaryTests:
    """The tests of a decision-table cell: `-`, `not(a, b)`, or tests with commas between.

    Raises `FeelSyntaxError` where the text is not such a cell.
    """
    return _whole(text, names, _cell)


def _whole(text: str, names: Collection[str], read: Callable[[Parser], Tree]) -> Tree:
    if len(text) > MAX_TEXT:
        hint = f"at most {MAX_TEXT} characters; split it into several"
        raise FeelSyntaxError(f"an expression of {len(text)} characters is too long", 0, len(text), hint)
    try:
        parser = Parser(text, names)
        tree = read(parser)
        parser.expect_end()
        deep = height(tree) > MAX_HEIGHT
    except RecursionError:
        deep = True
    if deep:
        raise FeelSyntaxError("the expression is nested too deeply", 0, len(text), "split it into several")
    return tree


class Mark(NamedTuple):
    """A place to return to."""

    token: Token
    last_end: int
    depth: int
    open_end: bool


class Parser:
    """The place in the text, and the rules every form is made of."""

    def __init__(self, text: str, names: Collection[str]) -> None:
        self.scanner = Scanner(text, names)
        self.token = self.scanner.token(0)
        self.last_end = 0
        self.depth = 0
        self.open_end = False
        """Inside the upper end of a range, where `[` may close it: `[1..10[`."""
        self.retries = 0

    def advance(self) -> Token:
        """Take the current token and read the next."""
        token = self.token
        self.last_end = token.end
        self.token = self.scanner.token(token.end)
        return token

    def jump(self, at: int) -> None:
        """Go on at an offset that something else has read up to."""
        self.last_end = at
        self.token = self.scanner.token(at)

    def mark(self) -> Mark:
        """Remember this place."""
        return Mark(self.token, self.last_end, self.depth, self.open_end)

    def reset(self, mark: Mark) -> None:
        """Return to a place remembered."""
        self.token, self.last_end, self.depth, self.open_end = mark

    def at(self, *texts: str) -> bool:
        """Whether the current token is one of these keywords or symbols."""
        return self.token.kind in ("keyword", "symbol") and self.token.text in texts

    def take(self, text: str) -> bool:
        """Pass over a keyword or symbol if it is there."""
        if not self.at(text):
            return False
        self.advance()
        return True

    def expect(self, text: str, where: str) -> Token:
        """Pass over a keyword or symbol that must be there."""
        if not self.at(text):
            raise self.error(f"expected `{text}` {where}, found {shown(self.token)}")
        return self.advance()

    def expect_end(self) -> None:
        """The text must be used up."""
        if self.token.kind != "end":
            raise self.error(
                f"expected the end of the expression, found {shown(self.token)}", _end_hint(self.token)
            )

    def error(self, message: str, hint: str = "") -> FeelSyntaxError:
        """An error at the current token."""
        start = self.token.start
        return FeelSyntaxError(message, start, max(self.token.end, start), hint)

    def declare(self, name: str) -> None:
        """Let a name the text itself introduces be found from here on."""
        self.scanner.declared.add(name)

    def nested(self, open_end: bool = False) -> Expr:
        """A whole expression within brackets or at the top."""
        saved, self.open_end = self.open_end, open_end
        found = self.expression()
        self.open_end = saved
        return found

    def expression(self, power: int = 0) -> Expr:
        """An expression of operators that bind more tightly than `power`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error("the expression is nested too deeply", "split it into several")
        start = self.token.start
        found = self.continued(prefix(self), start, power)
        self.depth -= 1
        return found

    def continued(self, left: Expr, start: int, power: int) -> Expr:
        """The expression that `left`, which began at `start`, is the beginning of."""
        for _ in range(MAX_CHAIN):
            infix = self.infix()
            if infix is None or infix.power <= power:
                return left
            left = infix.parse(self, left, start)
        raise self.error("the expression is too long", "split it into several")

    def infix(self) -> Infix | None:
        """What the current token does to the expression before it, if it does anything."""
        token = self.token
        if token.kind not in ("symbol", "keyword") or (self.open_end and token.text == "["):
            return None
        return INFIX.get(token.text)


def _cell(parser: Parser) -> UnaryTests:
    start = parser.token.start
    if parser.at("-"):
        mark = parser.mark()
        parser.advance()
        if parser.token.kind == "end":
            return UnaryTests((), any_value=True, start=start, end=parser.last_end)
        parser.reset(mark)
    negated = _negated(parser)
    if negated is not None:
        return UnaryTests(negated, negated=True, start=start, end=parser.last_end)
    tests = [positive_test(parser)]
    while parser.take(","):
        tests.append(positive_test(parser))
    return UnaryTests(tuple(tests), start=start, end=parser.last_end)


def _negated(parser: Parser) -> tuple[Expr, ...] | None:
    """The tests of `not(...)` where that is the whole cell; else it is a call like any other."""
    mark = parser.mark()
    if parser.token.text != "not":
        return None
    parser.advance()
    if parser.at("("):
        try:
            tests = bracketed_tests(parser)
        except FeelSyntaxError:
            tests = ()
        if tests and parser.token.kind == "end":
            return tests
    parser.reset(mark)
    return None


def _end_hint(token: Token) -> str:
    if token.kind == "name":
        return "two names stand side by side; is an operator missing, or is the name not declared?"
    return ""
