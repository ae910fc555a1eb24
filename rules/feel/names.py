"""The words the scanner must know: keywords, and names of the language that hold spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from rules.feel.charsets import Ranges, complement

KEYWORDS: Final = frozenset((
    "true", "false", "null", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies",
    "and", "or", "between", "instance", "function",
))  # fmt: skip

SPACED_BUILTINS: Final = (
    "add business days", "add business hours", "context merge", "context put", "date and time", "day of week",
    "day of year", "distinct values",
    "duplicate values", "ends with", "finished by", "get entries", "get value", "index of", "insert before",
    "list contains", "list replace", "lower case", "met by", "month of year", "overlaps after",
    "overlaps before", "round down", "round half down", "round half up", "round up", "started by",
    "starts with", "string join", "string length", "substring after", "substring before", "upper case",
    "week of year", "years and months duration",
)  # fmt: skip
"""Builtins whose names hold spaces; a test holds this list equal to the registry's."""

SPACED_PROPERTIES: Final = ("time offset", "start included", "end included")

# The ranges of the DMN 1.5 grammar (rules 27 and 28) without the punctuation they take in, so that a
# full-width bracket or comma is reported as such and never becomes part of a name.
_STARTS: Final[Ranges] = (
    (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x37D),
    (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2DFF), (0x2E80, 0x2FEF), (0x3005, 0x3007),
    (0x3021, 0x302F), (0x3031, 0x303C), (0x3041, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFDFB), (0xFE70, 0xFEFC),
    (0xFF21, 0xFF3A), (0xFF41, 0xFF5A), (0xFF66, 0xFFDC), (0x10000, 0xEFFFF),
)  # fmt: skip
_MORE: Final[Ranges] = ((0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040), (0xFF10, 0xFF19))


def _class(ranges: Ranges) -> str:
    """A class that leaves out all others: it compiles in a quarter of the time, for those are fewer."""
    return "[^" + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in complement(ranges)) + "]"


_START: Final = _class(_STARTS)
_PART: Final = _class((*_STARTS, *_MORE))

WORD: Final = re.compile(f"{_START}{_PART}*")
"""One part of a name."""

LABEL: Final = re.compile(rf"({_START}{_PART}*(?:[\s.\-/'+*]+{_PART}+)*)\s*:")
"""A context key or a parameter name, followed by its colon; it may hold spaces and operators."""

_PIECE = re.compile(rf"{_PART}+|[^\s]")
_TAIL = re.compile(_PART)


class NameTable:
    """Names of several parts, found in a text by their longest match."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._patterns: dict[str, list[re.Pattern[str]]] = {}
        self._names: dict[str, str] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Take in one name; a name of one word needs no entry, a dotted one is a path of names."""
        for segment in name.split("."):
            pieces = _PIECE.findall(segment)
            key = " ".join(pieces)
            if len(pieces) < 2 or key in self._names or not WORD.match(segment.strip()):
                continue
            self._names[key] = segment.strip()
            patterns = self._patterns.setdefault(pieces[0], [])
            patterns.append(_pattern(pieces))
            patterns.sort(key=lambda pattern: len(pattern.pattern), reverse=True)

    def longest(self, text: str, word: str, at: int) -> tuple[str, int] | None:
        """The declared name that begins with `word` at offset `at`, and where it ends."""
        best: tuple[str, int] | None = None
        for pattern in self._patterns.get(word, ()):
            found = pattern.match(text, at)
            if found and (best is None or found.end() > best[1]) and _ends(text, found.end()):
                best = (self._names[" ".join(_PIECE.findall(found.group()))], found.end())
        return best


def _pattern(pieces: list[str]) -> re.Pattern[str]:
    """The pieces in order: space between words, at will around symbols."""
    regex = re.escape(pieces[0])
    for before, after in pairwise(pieces):
        apart = _TAIL.match(before) and _TAIL.match(after)
        regex += (r"\s+" if apart else r"\s*") + re.escape(after)
    return re.compile(regex)


def _ends(text: str, at: int) -> bool:
    """Whether no word goes on over this offset; asked here, for a class of so many characters takes long to compile."""
    return _TAIL.match(text, at - 1) is None or _TAIL.match(text, at) is None
