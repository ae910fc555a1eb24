"""Texts as the words that searching compares, the same for what is recorded and for what is asked.

The index is told one word after another and divides nothing itself: Chinese and Japanese are written without
spaces, so each of their characters is a word of its own, and any run of them is found as a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

BREAK: Final = "¶"
"""Stands between two texts; no word is like it, so no phrase goes across."""
SPLITTER: Final = "ascii"
"""The tokenizer of FTS5 that leaves every word of ours whole."""

_ALONE: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_UUID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_WORD: Final = re.compile(rf"(?<![0-9a-z]){_UUID}(?![0-9a-z])|[{_ALONE}]|[^\W_{_ALONE}]+")


def words(text: str) -> list[str]:
    """The words of a text, in order: letters without case, digits, compatible forms (`Ａ`, `①`) as the plain ones.

    An id as decisions have it is one word; everything that is neither letter nor digit divides.
    """
    return [word.replace("-", "") for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold())]


def indexed(texts: Iterable[str | None]) -> str:
    """Several texts as the index takes them; empty if they hold no word."""
    said = (words(text) for text in texts if text)
    return f" {BREAK} ".join(" ".join(found) for found in said if found)
