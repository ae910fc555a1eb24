"""Sets of characters against the tables that they are made from."""

from __future__ import annotations

import sys
import unicodedata

from rules.feel.charsets import category


def test_every_character_is_in_its_category() -> None:
    every = {unicodedata.category(chr(code)) for code in range(sys.maxunicode + 1)}
    told = {code: name for name in every for low, high in category(name) or () for code in range(low, high + 1)}
    assert len(told) == sys.maxunicode + 1
    wrong = [code for code, name in told.items() if unicodedata.category(chr(code)) != name]
    assert wrong == []
