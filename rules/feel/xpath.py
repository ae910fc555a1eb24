"""XPath's regular expressions, written as RE2 and Python's `re` both read them.

Whatever XPath does not allow raises `FeelFault`, even where those two would take it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rules.feel.charsets import (
    EVERY, Ranges, as_class, category, complement, either_case, escape_class, merged, quoted, without,
)  # fmt: skip
from rules.feel.errors import FeelFault, brief

_SINGLE: Final = {"n": "\n", "r": "\r", "t": "\t"}
_LITERAL: Final = frozenset("\\|.?*+(){}-[]^$")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{([0-9]+)(?:(,)([0-9]+)?)?\})\??")
_MAX_REPEAT: Final = 10_000
_MOST_DIGITS: Final = 9
_BREAKS: Final[Ranges] = ((10, 10), (13, 13))


@dataclass(frozen=True, slots=True)
class Ways:
    """In how many ways a part can match at one place of a text of n characters: at most `times` (n + 1) ** `power`."""

    times: int = 1
    power: int = 0

    def most(self, length: int) -> int:
        """The number for a text of this length."""
        return int(self.times * (length + 1) ** self.power)

    def then(self, other: Ways) -> Ways:
        """The ways of one part behind the other."""
        return Ways(self.times * other.times, self.power + other.power)

    def or_else(self, other: Ways) -> Ways:
        """The ways of one part or the other."""
        return Ways(self.times + other.times, max(self.power, other.power))


ONE: Final = Ways()
NONE: Final = Ways(0)


@dataclass(slots=True)
class _Level:
    """What is read of one group: the branches before, this branch, and its last part, which may yet be repeated."""

    branches: Ways | None = NONE
    branch: Ways | None = ONE
    last: Ways | None = ONE

    def part(self, ways: Ways | None) -> None:
        """One more part of the branch."""
        self.branch = self.branch.then(self.last) if self.branch and self.last else None
        self.last = ways

    def bar(self) -> None:
        """The end of a branch."""
        self.part(ONE)
        self.branches = self.branches.or_else(self.branch) if self.branches and self.branch else None
        self.branch = ONE

    def whole(self) -> Ways | None:
        """The ways of the group; None where nothing bounds them."""
        self.bar()
        return self.branches

    def repeat(self, least: int, most: int | None) -> None:
        """The last part, repeated: what can match in one way only differs in how often it does."""
        if self.last == ONE:
            self.last = Ways(1, 1) if most is None else Ways(most - least + 1)
        elif (least, most) == (0, 1) and self.last is not None:
            self.last = self.last.or_else(ONE)
        elif (least, most) != (1, 1):
            self.last = None


class Translation:
    """One reading of a pattern, left to right; `end` is how the engine writes the end of the text."""

    def __init__(self, pattern: str, flags: str, end: str) -> None:
        self.pattern = pattern
        self.flags = flags
        self.end = end
        self.at = 0
        self.groups = 0
        self.open: list[int] = []
        """The groups not closed yet; 0 for one that does not capture."""
        self.looks_around = False
        """Whether it asks for more than an automaton can know: what a group matched, or which line is the last."""
        self._levels = [_Level()]

    @property
    def ways(self) -> Ways | None:
        """In how many ways the whole can match at one place; None where nothing bounds them. Asked once, at the end."""
        return self._levels[0].whole()

    def whole(self) -> str:
        """The pattern for the engine. Raises `FeelFault` where XPath has none like it."""
        if "q" in self.flags:
            return "".join(self._shown(ord(char)) for char in self.pattern)
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
        """What to say of a pattern that is none."""
        return FeelFault(f"`{brief(self.pattern)}` is not a regular expression: {why}")

    def _space(self) -> bool:
        if "x" in self.flags and self.pattern[self.at] in " \t\n\r":
            self.at += 1
            return True
        return False

    def _quantifier(self, found: re.Match[str]) -> str:
        self.at = found.end()
        least, most = self._bound(found[1]), self._bound(found[3])
        if least is None:
            sign = found.group()[0]
            self._levels[-1].repeat(int(sign == "+"), 1 if sign == "?" else None)
            return found.group()
        if most is not None and most < least:
            raise self.wrong("the bounds of the repetition are the wrong way round")
        self._levels[-1].repeat(least, most if found[2] else least)
        return found.group()

    def _bound(self, digits: str | None) -> int | None:
        """How often, where it is said."""
        if digits is None:
            return None
        if len(digits) > _MOST_DIGITS or int(digits) > _MAX_REPEAT:
            raise self.wrong("it repeats too often")
        return int(digits)

    def _piece(self) -> str:
        char = self.pattern[self.at]
        self.at += 1
        if char == "(":
            return self._opened()
        if char == ")":
            if not self.open:
                raise self.wrong("`)` closes nothing")
            self.open.pop()
            inner = self._levels.pop().whole()
            self._levels[-1].part(inner)
            return ")"
        if char == "|":
            self._levels[-1].bar()
            return "|"
        self._levels[-1].part(ONE)
        if char == "\\":
            return self._escape()
        if char == "[":
            return as_class(self._group())
        if char in "{}]":
            raise self.wrong(f"`{char}` stands alone")
        return self._anchor(char)

    def _anchor(self, char: str) -> str:
        lines = "m" in self.flags
        if char == ".":
            return as_class(EVERY if "s" in self.flags else complement(_BREAKS))
        if char == "^":
            self.looks_around |= lines
            return r"(?:\A|(?<=\n)(?!\Z))" if lines else r"(?:\A)"
        if char == "$":
            return "(?m:$)" if lines else f"(?:{self.end})"
        return self._shown(ord(char))

    def _opened(self) -> str:
        self._levels.append(_Level())
        if self.pattern.startswith("?:", self.at):
            self.at += 2
            self.open.append(0)
            return "(?:"
        self.groups += 1
        self.open.append(self.groups)
        return "("

    def _shown(self, code: int) -> str:
        """One character, in either case where that does not matter."""
        if "i" not in self.flags:
            return quoted(code)
        return as_class(either_case(((code, code),)))

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
        return as_class(known) if known is not None else self._shown(ord(self._single(char)))

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
        self.looks_around = True
        return f"(?{'i' if 'i' in self.flags else ''}:\\{number})"

    def _class_escape(self, char: str) -> Ranges | None:
        """The characters of a category, which the case does not change, whatever the flags say."""
        if char not in "pP":
            return escape_class(char) if char in "sSdDwWiIcC" else None
        end = self.pattern.find("}", self.at)
        name = self.pattern[self.at + 1 : end]
        known = category(name) if self.pattern.startswith("{", self.at) and end > 0 else None
        if known is None:
            raise self.wrong("there is no such category of characters")
        self.at = end + 1
        return known if char == "p" else complement(known)

    def _group(self, depth: int = 0) -> Ranges:
        """The characters of a class, without those that are taken away."""
        if depth > 20:
            raise self.wrong("it is nested too deeply")
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        ranges: list[tuple[int, int]] = []
        taken: Ranges = ()
        first = True
        while not self.pattern.startswith("]", self.at):
            if self.pattern.startswith("-[", self.at) and not first:
                self.at += 2
                taken = self._group(depth + 1)
                if not self.pattern.startswith("]", self.at):
                    raise self.wrong("`]` is missing after what is taken away")
                break
            ranges.extend(self._group_part(first))
            first = False
        self.at += 1
        if not ranges:
            raise self.wrong("`[]` holds nothing")
        return without(complement(merged(ranges)) if negated else merged(ranges), taken)

    def _group_part(self, first: bool) -> Ranges:
        low = self._group_char(first)
        if not isinstance(low, str):
            return low
        follows = self.pattern[self.at : self.at + 2]
        high: str | Ranges = low
        if len(follows) == 2 and follows[0] == "-" and follows[1] not in "[]":
            self.at += 1
            high = self._group_char(False)
        if not isinstance(high, str) or ord(high) < ord(low):
            raise self.wrong("the ends of a range of characters are the wrong way round")
        found = ((ord(low), ord(high)),)
        return either_case(found) if "i" in self.flags else found

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
