"""Text to tokens. The scanner works on demand, since the names in scope decide where a name ends."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal, DecimalException
from typing import Final, NamedTuple

from rules.feel.errors import FeelSyntaxError, brief
from rules.feel.names import KEYWORDS, SPACED_BUILTINS, SPACED_PROPERTIES, WORD, NameTable
from rules.feel.temporal_text import parse_temporal
from rules.model.values import DECIMAL128, Value


class Token(NamedTuple):
    """`kind` is number, string, temporal, name, keyword, symbol or end; `value` that of a literal."""

    kind: str
    text: str
    start: int
    end: int
    value: Value = None


_SPACE = re.compile(r"(?:[\s\ufeff]+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SYMBOL = re.compile(r"\*\*|\.\.|<=|>=|!=|[=<>+\-*/()\[\]{},:.]")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|([\"\\'nrt]))")
_PLAIN: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "'": "'"}
_HINTS: Final = {
    "'": 'text stands between double quotes: `"..."`',
    "“": 'text stands between straight double quotes: `"..."`',
    "”": 'text stands between straight double quotes: `"..."`',
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not(...)` or `!=`",
    "%": "write `modulo(a, b)`, or the ratio as a number: `0.05`",
    "^": "write `**`",
    ";": "write `,`",
    "≤": "write `<=`",
    "≥": "write `>=`",
    "≠": "write `!=`",
}
_BUILTIN_TABLE: Final = NameTable(SPACED_BUILTINS)


class Scanner:
    """Reads one token at a time from `text`; `declared` grows as the text itself introduces names."""

    def __init__(self, text: str, names: Collection[str]) -> None:
        self.text = text
        self.declared = NameTable((*names, *SPACED_PROPERTIES))

    def token(self, at: int) -> Token:
        """The token that begins at or after offset `at`."""
        at = self.skip(at)
        text = self.text
        if at == len(text):
            return Token("end", "", at, at)
        char = text[at]
        if found := WORD.match(text, at):
            return self._name(found)
        if char == "?":
            return Token("name", "?", at, at + 1)
        if char == '"':
            return self._string(at, "string", at)
        if char == "@" and text.startswith('"', at + 1):
            return self._temporal(at)
        if found := _NUMBER.match(text, at):
            return self._number(found)
        if found := _SYMBOL.match(text, at):
            return Token("symbol", found.group(), at, found.end())
        raise FeelSyntaxError(f"`{char}` is not part of the language", at, at + 1, _hint(char))

    def skip(self, at: int) -> int:
        """The offset of what follows white space and comments."""
        found = _SPACE.match(self.text, at)
        at = found.end() if found else at
        if self.text.startswith("/*", at):
            raise FeelSyntaxError("the comment is not closed", at, at + 2, "end it with `*/`")
        return at

    def entry_name(self, at: int) -> Token:
        """The name after a dot, where keywords and builtins are names like any other."""
        at = self.skip(at)
        found = WORD.match(self.text, at)
        if not found:
            token = self.token(at)
            raise FeelSyntaxError(
                f"expected a name after the dot, found {shown(token)}", token.start, token.end
            )
        known = self.declared.longest(self.text, found.group(), at)
        name, end = known or (found.group(), found.end())
        return Token("name", name, at, end)

    def _name(self, found: re.Match[str]) -> Token:
        word, start, end = found.group(), found.start(), found.end()
        for table in (self.declared, _BUILTIN_TABLE):
            known = table.longest(self.text, word, start)
            if known and known[1] > end:
                word, end = known
        kind = "keyword" if word in KEYWORDS else "name"
        return Token(kind, word, start, end)

    def _string(self, at: int, kind: str, quote: int) -> Token:
        found = _STRING.match(self.text, quote)
        if not found:
            raise FeelSyntaxError("the text is not closed", at, len(self.text), 'end it with `"`')
        value = _ESCAPE.sub(_unescape, found.group(1))
        try:
            value = value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            message = "the text holds half of a surrogate pair"
            raise FeelSyntaxError(
                message, at, found.end(), "write both halves, or `\\U` and six digits"
            ) from None
        return Token(kind, found.group(), at, found.end(), value)

    def _temporal(self, at: int) -> Token:
        token = self._string(at, "temporal", at + 1)
        value = parse_temporal(token.value)
        if value is None:
            message = f"`{brief(token.value)}` is not a date, time, date and time or duration"
            hint = (
                'for example `@"2026-11-23"`, `@"08:30:00"`, `@"2026-11-23T08:30:00Z"`, `@"P3D"`, `@"P1Y6M"`'
            )
            raise FeelSyntaxError(message, token.start, token.end, hint)
        return token._replace(value=value)

    def _number(self, found: re.Match[str]) -> Token:
        start, end = found.span()
        try:
            value = DECIMAL128.create_decimal(Decimal(found.group()))
        except DecimalException:
            raise FeelSyntaxError(f"the number `{brief(found.group())}` is out of range", start, end) from None
        return Token("number", found.group(), start, end, value)


def shown(token: Token) -> str:
    """The token as a message quotes it."""
    return f"`{brief(token.text)}`" if token.kind != "end" else "the end"


def _unescape(found: re.Match[str]) -> str:
    short, long, plain = found.groups()
    if plain:
        return _PLAIN[plain]
    code = int(short or long, 16)
    return chr(code) if code <= 0x10FFFF else found.group()


def _hint(char: str) -> str:
    if char in _HINTS:
        return _HINTS[char]
    narrow = (
        chr(ord(char) - 0xFEE0)
        if "\uff01" <= char <= "\uff5e"
        else {"，": ",", "、": ",", "。": "."}.get(char)
    )
    return f"this is a full-width character: write `{narrow}`" if narrow else ""
