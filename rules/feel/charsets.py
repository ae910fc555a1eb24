"""Sets of characters as XML Schema regular expressions name them: `\\d`, `\\p{Lu}`, `[a-z-[aeiou]]`."""

from __future__ import annotations

import sys
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import Final

Ranges = tuple[tuple[int, int], ...]
"""Ranges of code points, both ends included, in order and apart."""

SPACE: Final[Ranges] = ((9, 10), (13, 13), (32, 32))
_NAME_START: Final[Ranges] = (
    (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF),
    (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF),
    (0x3001, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
)  # fmt: skip
_NAME_MORE: Final[Ranges] = ((0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))
EVERY: Final[Ranges] = ((0, sys.maxunicode),)
_SURROGATES: Final = range(0xD800, 0xE000)
_BELOW, _ABOVE = 0xD7FF, 0xE000
_MAJOR: Final = "LMNPZSC"
_LOOKED_AT: Final = (
    range(1, 0x40001), range(0xE0000, 0xF0001), range(0xFFFFE, 0x100001), range(0x10FFFE, sys.maxunicode + 2),
)  # fmt: skip
"""Not in planes 4 to 13, where no version of Unicode has put anything, nor within 15 and 16, which are private."""


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The same characters in order, neighbours joined."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return tuple(out)


def complement(ranges: Ranges) -> Ranges:
    """All other characters."""
    out: list[tuple[int, int]] = []
    at = 0
    for low, high in merged(ranges):
        if low > at:
            out.append((at, low - 1))
        at = high + 1
    if at <= sys.maxunicode:
        out.append((at, sys.maxunicode))
    return tuple(out)


@lru_cache(maxsize=1)
def _categories() -> dict[str, Ranges]:
    """Unicode's general categories; read once, since it looks at most code points."""
    found: dict[str, list[tuple[int, int]]] = {}
    last, start = unicodedata.category("\0"), 0
    for code in chain(*_LOOKED_AT):
        category = unicodedata.category(chr(code)) if code <= sys.maxunicode else ""
        if category != last:
            found.setdefault(last, []).append((start, code - 1))
            last, start = category, code
    return {name: tuple(ranges) for name, ranges in found.items()}


def category(name: str) -> Ranges | None:
    """`Lu`, or `L` for all kinds of letters; None where Unicode has no such category."""
    if len(name) == 1 and name in _MAJOR:
        return merged(part for key, ranges in _categories().items() if key[0] == name for part in ranges)
    return _categories().get(name)


def escape_class(letter: str) -> Ranges | None:
    """`\\d`, `\\s`, `\\w`, `\\i`, `\\c` and their capital complements; None for other letters."""
    if letter.isupper():
        positive = escape_class(letter.lower())
        return complement(positive) if positive is not None else None
    if letter == "s":
        return SPACE
    if letter == "d":
        return category("Nd")
    if letter == "w":
        return complement(merged(part for name in "PZC" for part in category(name) or ()))
    if letter == "i":
        return _NAME_START
    return merged(_NAME_START + _NAME_MORE) if letter == "c" else None


def without(ranges: Ranges, taken: Ranges) -> Ranges:
    """The characters of the one that are not of the other."""
    return complement(merged((*complement(ranges), *taken))) if taken else ranges


@lru_cache(maxsize=1)
def _cased() -> tuple[tuple[int, Ranges], ...]:
    """Each character that has another case, and those that it equals but for the case (F&O 3.1, 5.6.2)."""
    same: dict[str, list[int]] = {}
    characters = [(code, chr(code)) for code in range(sys.maxunicode + 1)]
    cased = [(code, char) for code, char in characters if char.lower() != char or char.upper() != char]
    for code, char in cased:
        for key in (f"lower {char.lower()}", f"upper {char.upper()}"):
            same.setdefault(key, []).append(code)
    return tuple(
        (code, tuple((c, c) for k in (f"lower {char.lower()}", f"upper {char.upper()}") for c in same[k]))
        for code, char in cased
    )


def either_case(ranges: Ranges) -> Ranges:
    """The same characters in every case."""
    more = [
        pair
        for low, high in ranges
        for _, others in _cased()[bisect_left(_cased(), (low,)) : bisect_left(_cased(), (high + 1,))]
        for pair in others
    ]
    return merged((*ranges, *more))


def as_class(ranges: Ranges) -> str:
    """The set as a character class, as Python's `re` and RE2 both read it. It is never one of half a surrogate pair."""
    body = ""
    for low, high in ranges:
        low, high = (_ABOVE if low in _SURROGATES else low), (_BELOW if high in _SURROGATES else high)
        if low <= high:
            body += quoted(low) if low == high else f"{quoted(low)}-{quoted(high)}"
    return f"[{body}]" if body else f"[^{quoted(0)}-{quoted(sys.maxunicode)}]"


def quoted(code: int) -> str:
    """One character, so that it stands for itself within a class and without."""
    if code >= 0x80:
        return chr(code)
    return chr(code) if chr(code).isalnum() else f"\\x{code:02x}"
