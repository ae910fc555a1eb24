"""From entries to what searches read: the marks that decisions bear, and the words that they say."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from service.record import KIND as DECISION
from service.register import tallies
from service.register.bits import Changes
from service.register.marks import Mark, Marks, texts
from service.register.releases import Glossary, texts_at
from service.register.words import BREAK, indexed

DONE: Final = "action_done"
"""The kind of an entry that says that a required action was carried out."""
REVIEW: Final = "review"
"""The kind of an entry in which a person confirms or overrides a decision."""
RELEASE: Final = "release"
"""The kind of an entry that holds a policy release."""

REVIEWED: Final = {"confirm": "confirmed", "override": "overridden"}
"""What a decision is by the verdict of its last review."""

Json = dict[str, Any]

_SAY: Final = "INSERT INTO texts (leaf_index, subject, words) VALUES (?, ?, ?)"
_SAY_MORE: Final = f"UPDATE texts SET words = words || ' {BREAK} ' || ? WHERE leaf_index = ?"
_REPORTED: Final = {DONE: ("by", "note"), REVIEW: ("by", "authority", "reason")}


class Index:
    """The part of a register that is searched: what the entries of one transaction say, written together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._glossary = Glossary(connection)
        self._marks = Marks(connection)
        self._connection = connection
        self._clear()

    def add(self, index: int, stored: Json) -> None:
        """Take the next entry; `stored` is its document."""
        kind = stored["kind"]
        if kind == DECISION:
            content = stored["content"]
            release = self._glossary.of(content["policy"]["release"])
            given = texts_at(content["facts"], release.open)
            self._changes.bear(index, self._marks.of(stored, given, release))
            self._told[index] = stored["decided_at"], stored["entry_id"]
            self._texts.append((index, stored["subject"], indexed(texts(stored, given, release))))
        elif kind == RELEASE:
            self._glossary.take(stored["content"])
        elif kind in _REPORTED:
            self._added.append(_report(kind, stored["content"]))
            self._review(kind, stored["content"])

    def write(self) -> None:
        """Into the tables, within the caller's transaction."""
        self._changes.write(self._connection)
        tallies.add(self._connection, self._marks.applied(self._changes.borne), self._changes.first, self._told)
        self._connection.executemany(_SAY, self._texts)
        self._connection.executemany(_SAY_MORE, self._added)
        self._clear()

    def forget(self) -> None:
        """Forget what a transaction made that did not come to its end."""
        self._glossary.forget()
        self._marks.forget()
        self._clear()

    def _clear(self) -> None:
        self._changes = Changes()
        self._told: dict[int, tuple[str, str]] = {}
        self._texts: list[tuple[int, str | None, str]] = []
        self._added: list[tuple[str, int]] = []

    def _review(self, kind: str, content: Json) -> None:
        """The verdict of the last review is the one that counts."""
        if kind == REVIEW:
            for verdict, name in REVIEWED.items():
                number = self._marks.number(Mark("reviewed", name))
                self._changes.put(number, content["decision_index"], verdict == content["verdict"])


def _report(kind: str, content: Json) -> tuple[str, int]:
    """What a report on a decision adds to the decision's words."""
    return indexed(content[name] for name in _REPORTED[kind]), content["decision_index"]
