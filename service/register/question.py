"""A text to look for, as people write one: words, "quoted phrases", -excluded ones, beginnings*.

What it becomes is made of the words of `words.py` alone, each in quotation marks: no text can reach the
index as anything but words to find.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from service import messages_search
from service.problems import Complaint
from service.register.words import words

LONGEST: Final = 500
MOST: Final = 20

_PART: Final = re.compile(r'(-*)(?:"([^"]*)("?)(\*?)|([^\s"]+))')
_QUOTES: Final = str.maketrans("“”„‟", '""""')
_BEGINNING_OF_ID: Final = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{0,4}){1,3}(?:-[0-9a-f]{0,12})?", re.IGNORECASE)


class Malformed(Exception):
    """A text that is no question; `complaints` say everything that is wrong with it."""

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        super().__init__("; ".join(complaint.detail for complaint in complaints))
        self.complaints = complaints


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand side by side, in this order; the last one may be a beginning."""

    words: tuple[str, ...]
    beginning: bool = False
    excluded: bool = False

    def match(self) -> str:
        """As FTS5 takes it: one phrase."""
        return f'"{" ".join(self.words)}"{"*" if self.beginning else ""}'


def terms_of(text: str) -> tuple[Term, ...]:
    """The terms of a question; all must be found but those excluded. Raises `Malformed`."""
    if len(text) > LONGEST:
        raise Malformed((messages_search.question_too_long(len(text), LONGEST),))
    written = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    found = [_term(part) for part in _PART.finditer(written)]
    wrong = [one for one in found if isinstance(one, Complaint)]
    if not found:
        wrong.append(messages_search.NOTHING_TO_FIND)
    if len(found) > MOST:
        wrong.append(messages_search.too_many_words(len(found), MOST))
    if wrong:
        raise Malformed(tuple(wrong))
    return tuple(one for one in found if isinstance(one, Term))


def _term(part: re.Match[str]) -> Term | Complaint:
    sign, phrase, close, star, word = part.groups()
    if len(sign) > 1:
        return messages_search.bad_minus(part[0])
    if word is None:
        if not close:
            return messages_search.unclosed(phrase)
        said, beginning = phrase, bool(star)
    else:
        said, beginning = word.removesuffix("*"), word.endswith("*")
    if not words(said):
        return messages_search.wordless(part[0])
    if beginning and _BEGINNING_OF_ID.fullmatch(said):
        said = said.replace("-", "")
    if "*" in said or (beginning and not words(said[-1])):
        return messages_search.bad_star(part[0])
    return Term(tuple(words(said)), beginning, bool(sign))
