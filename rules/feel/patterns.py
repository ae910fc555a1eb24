"""Regular expressions as matches(), replace() and split() take them: XPath's (F&O 3.1, 5.6.1).

Texts come from outside, and a pattern such as `(a+)+$` keeps a backtracking matcher busy for ever. So patterns are
searched for by RE2, whose time grows with the text and no faster. It has no back references, no `^` that knows the
last line, and no long counted repetitions: those alone are left to Python's `re`, where it is certain to end soon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

import re2

from rules.feel.errors import FeelFault, brief
from rules.feel.xpath import Translation, Ways

FLAGS: Final = "smixq"
_MAX_MEMORY: Final = 2 << 20
"""Bytes that RE2 may take for one pattern, with all that it remembers of texts."""
_KEPT: Final = 64
_UNITS: Final = 2_000
"""Units of work, of some ten nanoseconds each, in one step of an evaluation."""
_QUICK: Final = 2_000
"""Instructions of a pattern that may be searched for without counting steps, in a text as long as facts are."""


class Found(Protocol):
    """One match."""

    def start(self) -> int:
        """Where it begins."""

    def end(self) -> int:
        """Where it ends."""

    def __getitem__(self, group: int) -> str | None:
        """What a group matched."""


class Engine(Protocol):
    """What RE2 and `re` have in common."""

    @property
    def groups(self) -> int:
        """How many groups there are."""

    def search(self, text: str) -> Found | None:
        """The first match."""

    def finditer(self, text: str) -> Iterator[Found]:
        """Every match, one behind the other."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, ready to search with. `ways` None: the search takes a time linear in the text."""

    engine: Engine
    size: int
    ways: Ways | None

    @property
    def quick(self) -> bool:
        """Whether it needs no counting of steps."""
        return self.ways is None and self.size <= _QUICK

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return self.engine.groups

    def steps(self, length: int) -> int:
        """Steps that the search of a text of this length may take."""
        if self.ways is None:
            return length * self.size // _UNITS
        return (length + 1) * (length + self.size) * self.ways.most(length) // _UNITS

    def found(self, text: str) -> bool:
        """Whether the text holds a match."""
        try:
            return self.engine.search(text) is not None
        except UnicodeEncodeError:
            raise FeelFault("the text holds half of a surrogate pair") from None

    def each(self, text: str) -> Iterator[Found]:
        """Every match in the text."""
        try:
            yield from self.engine.finditer(text)
        except UnicodeEncodeError:
            raise FeelFault("the text holds half of a surrogate pair") from None


@lru_cache(maxsize=_KEPT)
def compiled(pattern: str, flags: str) -> Pattern:
    """The pattern, ready to search with. Raises `FeelFault` for what XPath does not allow, or may never end."""
    if any(flag not in FLAGS for flag in flags):
        raise FeelFault(f"`{flags}` are not flags; there are s, m, i, x and q")
    linear = Translation(pattern, flags, end=r"\z")
    text = linear.whole()
    if not linear.looks_around:
        try:
            engine = re2.compile(text, _options())
            return Pattern(engine, engine.programsize, None)
        except re2.error:
            pass  # too large for an automaton, most often `x{2000}`
    if linear.ways is None:
        why = "with a back reference, what is repeated must match in one way only"
        raise FeelFault(f"the search for `{brief(pattern)}` may never end: {why}")
    try:
        return Pattern(re.compile(Translation(pattern, flags, end=r"\Z").whole()), len(text), linear.ways)
    except (re.error, OverflowError, RecursionError):
        raise FeelFault(f"`{brief(pattern)}` is not a regular expression") from None


def _options() -> re2.Options:
    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.log_errors = False
    return options
