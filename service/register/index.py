"""From entries to what searches read: the marks that decisions bear, and the words that they say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from service.ledger import Entry
from service.record import KIND as DECISION
from service.register.bits import Changes
from service.register.marks import Mark, Marks, texts
from service.register.releases import Glossary
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
    """The part of a register that is searched."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._glossary = Glossary(connection)
        self._marks = Marks(connection, self._glossary)
        self._connection = connection

    def take(self, entries: Iterable[Entry]) -> None:
        """Put what the entries say into the tables."""
        changes = Changes()
        said: list[tuple[int, str | None, str]] = []
        added: list[tuple[str, int]] = []
        for entry in entries:
            stored = entry.document
            kind = stored["kind"]
            if kind == DECISION:
                changes.bear(entry.index, self._marks.of(stored))
                said.append((entry.index, stored["subject"], self._said(stored)))
            elif kind == RELEASE:
                self._glossary.take(stored["content"])
            elif kind in _REPORTED:
                added.append(_report(kind, stored["content"]))
                self._review(kind, stored["content"], changes)
        changes.write(self._connection)
        self._connection.executemany(_SAY, said)
        self._connection.executemany(_SAY_MORE, added)

    def forget(self) -> None:
        """Forget what a transaction made that did not come to its end."""
        self._glossary.forget()
        self._marks.forget()

    def _said(self, stored: Json) -> str:
        return indexed(texts(stored, self._glossary.of(stored["content"]["policy"]["release"])))

    def _review(self, kind: str, content: Json, changes: Changes) -> None:
        """The verdict of the last review is the one that counts."""
        if kind == REVIEW:
            for verdict, name in REVIEWED.items():
                number = self._marks.number(Mark("reviewed", name))
                changes.put(number, content["decision_index"], verdict == content["verdict"])


def _report(kind: str, content: Json) -> tuple[str, int]:
    """What a report on a decision adds to the decision's words."""
    return indexed(content[name] for name in _REPORTED[kind]), content["decision_index"]
