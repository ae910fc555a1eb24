"""Regular expressions as matches(), replace() and split() take them: XPath's (F&O 3.1, 5.6.1), into Python's.

Whatever XPath does not allow raises `FeelFault`, even where Python's `re` would take it.
"""

from __future__ import annotations

import re
from typing import Final

from rules.feel.charsets import Ranges, as_class, category, complement, escape_class, merged
from rules.feel.errors import FeelFault

FLAGS: Final = "smixq"
_SINGLE: Final = {"n": "\n", "r": "\r", "t": "\t"}
_LITERAL: Final = frozenset("\\|.?*+(){}-[]^$")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{([0-9]+)(?:(,)([0-9]+)?)?\})\??")
_MAX_REPEAT: Final = 10_000


def compiled(pattern: str, flags: str) -> re.Pattern[str]:
    """The pattern, ready to search with."""
    if any(flag not in FLAGS for flag in flags):
        raise FeelFault(f"`{flags}` are not flags; there are s, m, i, x and q")
    ignore = re.IGNORECASE if "i" in flags else re.NOFLAG
    if "q" in flags:
        return re.compile(re.escape(pattern), ignore)
    try:
        return re.compile(_Translation(pattern, flags).whole(), ignore)
    except (re.error, OverflowError, RecursionError):
        raise FeelFault(f"`{pattern}` is not a regular expression") from None


class _Translation:
    """One reading of a pattern, left to right."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.flags = flags
        self.at = 0
        self.groups = 0
        self.open: list[int] = []
        """The groups not closed yet; 0 for one that does not capture."""

    def whole(self) -> str:
        out: list[str] = []
        quantifiable = False
        while self.at < len(self.pattern):
            if self._space():
                continue
            if quantifier := _QUANTIFIER.match(self.pattern, self.at):
                if not quantifiable:
                    raise self.wrong("nothing to repeat")
                out.append(self._quantifier(quantifier))
                quantifiable = False
                continue
            piece = self._piece()
            quantifiable = piece not in ("(", "(?:", "|")
            out.append(piece)
        if self.open:
            raise self.wrong("`(` is not closed")
        return "".join(out)

    def wrong(self, why: str) -> FeelFault:
        return FeelFault(f"`{self.pattern}` is not a regular expression: {why}")

    def _space(self) -> bool:
        if "x" in self.flags and self.pattern[self.at] in " \t\n\r":
            self.at += 1
            return True
        return False

    def _quantifier(self, found: re.Match[str]) -> str:
        self.at = found.end()
        least, most = found[1], found[3]
        if any(bound and int(bound) > _MAX_REPEAT for bound in (least, most)):
            raise self.wrong("it repeats too often")
        if least and most and int(most) < int(least):
            raise self.wrong("the bounds of the repetition are the wrong way round")
        return found.group()

    def _piece(self) -> str:
        char = self.pattern[self.at]
        self.at += 1
        if char == "\\":
            return self._escape()
        if char == "[":
            return self._group()
        if char == "(":
            return self._opened()
        if char == ")":
            if not self.open:
                raise self.wrong("`)` closes nothing")
            self.open.pop()
            return ")"
        if char in "{}]":
            raise self.wrong(f"`{char}` stands alone")
        return self._anchor(char)

    def _anchor(self, char: str) -> str:
        lines = "m" in self.flags
        if char == ".":
            return "(?s:.)" if "s" in self.flags else "[^\\n\\r]"
        if char == "^":
            return r"(?:\A|(?<=\n)(?!\Z))" if lines else r"(?:\A)"
        if char == "$":
            return r"(?:(?=\n)|\Z)" if lines else r"(?:\Z)"
        return char if char == "|" else re.escape(char)

    def _opened(self) -> str:
        if self.pattern.startswith("?:", self.at):
            self.at += 2
            self.open.append(0)
            return "(?:"
        self.groups += 1
        self.open.append(self.groups)
        return "("

    def _next(self) -> str:
        if self.at >= len(self.pattern):
            raise self.wrong("it ends in the middle")
        char = self.pattern[self.at]
        self.at += 1
        return char

    def _escape(self) -> str:
        char = self._next()
        if char.isdigit():
            return self._back_reference(char)
        known = self._class_escape(char)
        if known is not None:
            # Case does not matter to categories, whatever the flags say.
            return f"(?-i:{as_class(known)})" if "i" in self.flags else as_class(known)
        return re.escape(self._single(char))

    def _single(self, char: str) -> str:
        if char in _SINGLE:
            return _SINGLE[char]
        if char not in _LITERAL:
            raise self.wrong(f"`\\{char}` means nothing")
        return char

    def _back_reference(self, first: str) -> str:
        number = int(first)
        while self.at < len(self.pattern) and self.pattern[self.at] in "0123456789":
            longer = number * 10 + int(self.pattern[self.at])
            if longer > self.groups:
                break
            number, self.at = longer, self.at + 1
        if not 1 <= number <= self.groups or number in self.open:
            raise self.wrong(f"there is no group {number} before it")
        return f"(?:\\{number})"

    def _class_escape(self, char: str) -> Ranges | None:
        if char not in "pP":
            return escape_class(char) if char in "sSdDwWiIcC" else None
        end = self.pattern.find("}", self.at)
        name = self.pattern[self.at + 1 : end]
        known = category(name) if self.pattern.startswith("{", self.at) and end > 0 else None
        if known is None:
            raise self.wrong("there is no such category of characters")
        self.at = end + 1
        return known if char == "p" else complement(known)

    def _group(self, depth: int = 0) -> str:
        """A character class; one taken away becomes a look ahead."""
        if depth > 20:
            raise self.wrong("it is nested too deeply")
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        ranges: list[tuple[int, int]] = []
        first = True
        while not self.pattern.startswith("]", self.at):
            if self.pattern.startswith("-[", self.at) and not first:
                self.at += 2
                without = self._group(depth + 1)
                if self._next() != "]":
                    raise self.wrong("`]` is missing after what is taken away")
                return f"(?:(?!{without}){as_class(merged(ranges), negated)})"
            ranges.extend(self._group_part(first))
            first = False
        self.at += 1
        if not ranges:
            raise self.wrong("`[]` holds nothing")
        return as_class(merged(ranges), negated)

    def _group_part(self, first: bool) -> Ranges:
        low = self._group_char(first)
        if not isinstance(low, str):
            return low
        follows = self.pattern[self.at : self.at + 2]
        if len(follows) < 2 or follows[0] != "-" or follows[1] in "[]":
            return ((ord(low), ord(low)),)
        self.at += 1
        high = self._group_char(False)
        if not isinstance(high, str) or ord(high) < ord(low):
            raise self.wrong("the ends of a range of characters are the wrong way round")
        return ((ord(low), ord(high)),)

    def _group_char(self, first: bool) -> str | Ranges:
        char = self._next()
        if char == "\\":
            char = self._next()
            known = self._class_escape(char)
            return known if known is not None else self._single(char)
        if char == "[":
            raise self.wrong("`[` within brackets")
        if char == "-" and not first and not self.pattern.startswith("]", self.at):
            raise self.wrong("`-` stands between no characters")
        return char
