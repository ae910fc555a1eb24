"""The longer forms an expression can begin with: contexts, `if`, `for`, `some`, `every`, `function`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, cast

from rules.feel.errors import FeelSyntaxError
from rules.feel.names import LABEL
from rules.feel.scanner import shown
from rules.feel.types import scan_type
from rules.model.expr import ContextOf, Expr, For, FunctionOf, If, Iterator, Quantified

if TYPE_CHECKING:
    from rules.feel.parser import Parser


def label(parser: Parser) -> str | None:
    """A name and its colon, taken if they come next."""
    found = LABEL.match(parser.scanner.text, parser.token.start)
    if not found:
        return None
    parser.jump(found.end())
    return " ".join(found[1].split())


def _context(parser: Parser) -> Expr:
    start = parser.advance().start
    entries: list[tuple[str, Expr]] = []
    while not parser.at("}"):
        if entries:
            parser.expect(",", "between the entries")
        at = parser.token.start
        key = _key(parser)
        if any(key == other for other, _ in entries):
            raise FeelSyntaxError(f"the key `{key}` is there twice", at, parser.last_end)
        entries.append((key, parser.nested()))
        parser.declare(key)
    parser.advance()
    return ContextOf(tuple(entries), start=start, end=parser.last_end)


def _key(parser: Parser) -> str:
    if parser.token.kind == "string":
        key: str = parser.advance().value
        parser.expect(":", "after the key")
        return key
    name = label(parser)
    if name is None:
        raise parser.error(f"expected a key and `:`, found {shown(parser.token)}")
    return name


def _if(parser: Parser) -> Expr:
    start = parser.advance().start
    condition = parser.expression()
    parser.expect("then", "after the condition")
    then = parser.expression()
    parser.expect("else", "after the first branch")
    otherwise = parser.expression()
    return If(condition, then, otherwise, start=start, end=parser.last_end)


def _for(parser: Parser) -> Expr:
    start = parser.advance().start
    iterators = _iterators(parser)
    parser.expect("return", "after the lists of `for`")
    body = parser.expression()
    return For(iterators, body, start=start, end=parser.last_end)


def _quantified(parser: Parser) -> Expr:
    token = parser.advance()
    kind = cast(Literal["some", "every"], token.text)
    iterators = _iterators(parser)
    parser.expect("satisfies", f"after the lists of `{kind}`")
    condition = parser.expression()
    return Quantified(kind, iterators, condition, start=token.start, end=parser.last_end)


def _iterators(parser: Parser) -> tuple[Iterator, ...]:
    found = [_iterator(parser)]
    while parser.take(","):
        found.append(_iterator(parser))
    return tuple(found)


def _iterator(parser: Parser) -> Iterator:
    start = parser.token.start
    name = _variable(parser, "in")
    parser.expect("in", f"after `{name}`")
    source = parser.expression()
    to = parser.expression() if parser.take("..") else None
    return Iterator(name, source, to, start=start, end=parser.last_end)


def _variable(parser: Parser, before: str) -> str:
    """A name that is introduced here; it may have several words."""
    words: list[str] = []
    while parser.token.kind == "name" and parser.token.text != "?":
        words.append(parser.advance().text)
    if not words:
        raise parser.error(f"expected a name before `{before}`, found {shown(parser.token)}")
    name = " ".join(words)
    parser.declare(name)
    return name


def _function(parser: Parser) -> Expr:
    start = parser.advance().start
    parser.expect("(", "after `function`")
    parameters: list[tuple[str, str | None]] = []
    while not parser.at(")"):
        if parameters:
            parser.expect(",", "between the parameters")
        parameters.append((_variable(parser, ")"), _parameter_type(parser)))
    parser.advance()
    external = parser.token.kind == "name" and parser.token.text == "external"
    if external:
        parser.advance()
    body = parser.expression()
    return FunctionOf(tuple(parameters), body, external, start=start, end=parser.last_end)


def _parameter_type(parser: Parser) -> str | None:
    if not parser.at(":"):
        return None
    wanted, at = scan_type(parser.scanner.text, parser.token.end)
    parser.jump(at)
    return str(wanted)


FORMS: Final[Mapping[str, Callable[[Parser], Expr]]] = MappingProxyType(
    {
        "{": _context,
        "if": _if,
        "for": _for,
        "some": _quantified,
        "every": _quantified,
        "function": _function,
    }
)
