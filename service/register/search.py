"""Searching recorded decisions: filters, words, pages and counts, block by block of the log."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from service.register.bits import BLOCK, bits_of, block_of, newest_first, of_indexes
from service.register.index import REVIEWED
from service.register.marks import COUNTED
from service.register.question import Term

NOT_REVIEWED: Final = "none"
REVIEWS: Final = (NOT_REVIEWED, *REVIEWED.values())
"""What `reviewed` can be."""

_BY_NAME: Final = ("status", "rule", "clause", "action", "caller")
_SAYING: Final = "SELECT rowid FROM marks_fts WHERE marks_fts MATCH ?"
_TEXTS: Final = "SELECT rowid FROM texts_fts WHERE texts_fts MATCH ? AND rowid >= ? AND rowid < ?"
_ABOUT: Final = "SELECT leaf_index FROM texts WHERE subject = ? AND leaf_index >= ? AND leaf_index < ?"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which decisions; everything that is given must hold.

    `outcome` is a value of an outcome or its status where it is not decided, of `ruleset` if both are given;
    `since` and `until` are UTC days of the decision, both included; `release` is a hash or a label;
    `reviewed` is one of `REVIEWS`; `terms` must all be found in what a decision says, but the excluded ones.
    `after` is the `next` of the page before.
    """

    subject: str | None = None
    ruleset: str | None = None
    outcome: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    status: str | None = None
    rule: str | None = None
    clause: str | None = None
    action: str | None = None
    release: str | None = None
    caller: str | None = None
    reviewed: str | None = None
    terms: tuple[Term, ...] = ()
    after: int | None = None
    limit: int = 50


class Hit(NamedTuple):
    """One decision that was found: its entry's index, and what the last review said of it."""

    entry: int
    reviewed: str


class Hits(NamedTuple):
    """A page, the newest first, and the `after` of the next one, None on the last."""

    items: tuple[Hit, ...]
    next: int | None


class Count(NamedTuple):
    """How many decisions bear a mark; `part` as `marks.Mark` has it."""

    name: str
    part: str
    decisions: int


class Counts(NamedTuple):
    """How many decisions there are, and how many of them for every kind of mark."""

    decisions: int
    by: dict[str, list[Count]]


class Search:
    """One search at one moment of the register."""

    def __init__(self, connection: sqlite3.Connection, wanted: Wanted, size: int) -> None:
        self._connection = connection
        self._wanted = wanted
        self._end = size if wanted.after is None else min(size, wanted.after)
        self._all = self._numbers("kind = 'decision'")
        self._required = list(self._filters())
        self._reviews = {name: self._numbers("kind = 'reviewed' AND name = ?", name) for name in REVIEWED.values()}
        self._terms = [(term, self._saying(term)) for term in wanted.terms]

    def page(self) -> Hits:
        """One page. Reads no more blocks than it needs."""
        found: list[Hit] = []
        for block, bits in self._blocks():
            reviews = {name: bits_of(self._connection, block, some) for name, some in self._reviews.items()}
            for index in newest_first(block, bits):
                if len(found) == self._wanted.limit:
                    return Hits(tuple(found), found[-1].entry)
                marked = (name for name, bits in reviews.items() if bits >> index % BLOCK & 1)
                found.append(Hit(index, next(marked, NOT_REVIEWED)))
        return Hits(tuple(found), None)

    def counts(self) -> Counts:
        """All counts, the highest first; days in their order."""
        names = {row[0]: row[1:] for row in self._connection.execute("SELECT id, kind, name, part FROM marks")}
        total = 0
        counter: Counter[tuple[str, str, str]] = Counter()
        for block, bits in self._blocks():
            total += bits.bit_count()
            marked: dict[tuple[str, str, str], int] = {}
            for number, those in block_of(self._connection, block):
                if (mark := names[number])[0] in COUNTED:
                    marked[mark] = marked.get(mark, 0) | those
            for mark, those in marked.items():
                counter[mark] += (those & bits).bit_count()
        counter["reviewed", NOT_REVIEWED, ""] = total - sum(counter["reviewed", name, ""] for name in REVIEWED.values())
        return Counts(total, _sorted(counter))

    def _blocks(self) -> Iterator[tuple[int, int]]:
        """The blocks in which something is found, the newest first, and what."""
        for block in range((self._end - 1) // BLOCK, -1, -1) if self._end else ():
            below = self._end - block * BLOCK
            bits = self._found(block, (1 << min(below, BLOCK)) - 1)
            if bits:
                yield block, bits

    def _found(self, block: int, bits: int) -> int:
        """Of the entries of a block that are asked about, those that pass; the cheapest filters first."""
        bits &= bits_of(self._connection, block, self._all)
        for numbers in self._required:
            bits &= bits_of(self._connection, block, numbers) if bits else 0
        if bits and (subject := self._wanted.subject) is not None:
            bits &= self._of(_ABOUT, block, subject)
        if bits and self._wanted.reviewed == NOT_REVIEWED:
            bits &= ~bits_of(self._connection, block, [one for some in self._reviews.values() for one in some])
        for term, numbers in self._terms:
            if bits:
                said = bits_of(self._connection, block, numbers) | self._of(_TEXTS, block, term.match())
                bits &= ~said if term.excluded else said
        return bits

    def _of(self, sql: str, block: int, what: str) -> int:
        rows = self._connection.execute(sql, (what, block * BLOCK, (block + 1) * BLOCK))
        return of_indexes(index for (index,) in rows)

    def _filters(self) -> Iterator[Sequence[int]]:
        """For each filter the marks of which a decision must bear one."""
        wanted = self._wanted
        for kind in _BY_NAME:
            if (name := getattr(wanted, kind)) is not None:
                yield self._numbers("kind = ? AND name = ?", kind, name)
        if wanted.release is not None:
            yield self._numbers("kind = 'release' AND (name = ? OR part = ?)", wanted.release, wanted.release)
        if wanted.outcome is not None:
            of = (" AND part = ?", wanted.ruleset) if wanted.ruleset is not None else ("",)
            yield self._numbers("kind = 'outcome' AND name = ?" + of[0], wanted.outcome, *of[1:])
        elif wanted.ruleset is not None:
            yield self._numbers("kind = 'ruleset' AND name = ?", wanted.ruleset)
        if wanted.reviewed not in (None, NOT_REVIEWED):
            yield self._numbers("kind = 'reviewed' AND name = ?", str(wanted.reviewed))
        if wanted.since is not None or wanted.until is not None:
            first, last = wanted.since or dt.date.min, wanted.until or dt.date.max
            yield self._numbers("kind = 'day' AND name BETWEEN ? AND ?", first.isoformat(), last.isoformat())

    def _numbers(self, condition: str, *given: str) -> list[int]:
        return [number for (number,) in self._connection.execute(f"SELECT id FROM marks WHERE {condition}", given)]

    def _saying(self, term: Term) -> list[int]:
        """The marks whose words a term is found in."""
        return [number for (number,) in self._connection.execute(_SAYING, (term.match(),))]


def _sorted(counter: Counter[tuple[str, str, str]]) -> dict[str, list[Count]]:
    by: dict[str, list[Count]] = {kind: [] for kind in COUNTED}
    for (kind, name, part), decisions in counter.items():
        if decisions:
            by[kind].append(Count(name, part, decisions))
    for kind, counts in by.items():
        counts.sort(key=lambda one: (0 if kind == "day" else -one.decisions, one.part, one.name))
    return by
