"""FEEL with canonical spacing, and otherwise as the author wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from rules.feel.errors import FeelSyntaxError
from rules.feel.parser import parse, parse_unary_tests
from rules.feel.printer import show
from rules.feel.scanner import Scanner, Token
from rules.model.expr import Expr

_PLACES: Final = re.compile(
    r"let\.[^.]+|outputs\.[^.]+\.(computed|default)|rules\[\d+\]\.(when|then\.[^.]+)"
    r"|(rules\[\d+\]\.)?actions\[\d+\]\.(when|[^.]+\.[^.]+)"
)


def is_expression(file: str, path: str) -> bool:
    """Whether the scalar at a path of a ruleset's file is FEEL."""
    ruleset = "/" in file and not file.startswith("source/") and not file.endswith(".test.yaml")
    return ruleset and _PLACES.fullmatch(path) is not None


def spaced(text: str) -> str:
    """An expression with the blanks that the printer would set, or as it is where that is not certain."""
    return _spaced(text, parse)


def spaced_tests(text: str) -> str:
    """The same for a table cell."""
    return _spaced(text, parse_unary_tests)


def spaced_actions(text: str) -> str:
    """The same for the actions of a table row: `name, name(argument: expression)`."""
    inner = _spaced(f"[{text}]", parse)
    return inner[1:-1].strip() if inner[:1] == "[" and inner[-1:] == "]" else text


def _spaced(text: str, read: Callable[[str], Expr]) -> str:
    if "//" in text or "/*" in text or "\n" in text:
        return text
    try:
        tree = read(text)
        printed = show(tree)
        mine, theirs = _tokens(text), _tokens(printed)
        found = _woven(mine, theirs, printed) if _alike(mine, theirs) else _narrowed(text, mine)
        return found if read(found) == tree else text
    except FeelSyntaxError:
        return text


def _tokens(text: str) -> list[Token]:
    scanner, tokens, at = Scanner(text, ()), [], 0
    while (token := scanner.token(at)).kind != "end":
        tokens.append(token)
        at = token.end
    return tokens


def _alike(mine: list[Token], theirs: list[Token]) -> bool:
    """Whether only blanks, and the spelling of literals, differ."""
    return len(mine) == len(theirs) and all(
        a.kind == b.kind and (a.value == b.value if a.value is not None else _words(a) == _words(b))
        for a, b in zip(mine, theirs, strict=True)
    )


def _words(token: Token) -> str:
    return " ".join(token.text.split())


def _woven(mine: list[Token], theirs: list[Token], printed: str) -> str:
    """The author's tokens with the printer's blanks between them."""
    parts = [mine[0].text if mine else ""]
    for at, (left, right) in enumerate(pairwise(theirs), 1):
        blanks = " " if _between_ends(mine, at) else printed[left.end : right.start]
        parts += [blanks, mine[at].text]
    return "".join(parts)


def _between_ends(tokens: list[Token], at: int) -> bool:
    """Whether the author set blanks beside the `..` of a range; some do where the ends are long names."""
    left, right = tokens[at - 1], tokens[at]
    return ".." in (left.text, right.text) and left.end < right.start


def _narrowed(text: str, tokens: list[Token]) -> str:
    """The author's own blanks, but never two."""
    parts = [tokens[0].text if tokens else ""]
    for left, right in pairwise(tokens):
        parts += [" " if text[left.end : right.start] else "", right.text]
    return "".join(parts)
