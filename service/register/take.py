"""From entries to the obligations of the register."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from service.ledger import Entry
from service.personal import Vault
from service.personal.vault import MEMBER as PERSONAL
from service.record import KIND as DECISION
from service.register.index import DONE
from service.register.schema import LEAF

ERASURE: Final = "erasure"
"""The kind of an entry that says that a key of personal data is destroyed."""
STANDING: Final = "9999"
"""Stands where a deadline would, for a duty without one: after every date."""
END_OF_DAY: Final = "T24"

Json = dict[str, Any]

_FIND_DUTY: Final = "SELECT id FROM duties WHERE action = ? AND by_role = ? AND to_role IS ? AND rulesets = ?"
_ADD_DUTY: Final = "INSERT INTO duties (action, by_role, to_role, rulesets) VALUES (?, ?, ?, ?)"
_OBLIGE: Final = "INSERT INTO obligations VALUES (?, ?, ?, ?, NULL)"
_OPENED: Final = "INSERT INTO opened VALUES (?, ?)"
_FORGET: Final = "UPDATE obligations SET due_key = ? WHERE id IN (SELECT id FROM opened WHERE key_id = ?)"
_FORGOTTEN: Final = "DELETE FROM opened WHERE key_id = ?"
_DONE: Final = "UPDATE obligations SET done = ? WHERE id = ?"


class Intake:
    """What the entries of one transaction require, and what they say is done, written together in its end.

    Of what is sealed in them, deadlines alone are opened.
    """

    def __init__(self, connection: sqlite3.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
        self._duties: dict[tuple[str | None, ...], int] = {}
        self._clear()

    def add(self, entry: Entry, stored: Json) -> None:
        """Take the next entry; `stored` is its document."""
        content = stored["content"]
        if stored["kind"] == DECISION:
            self._oblige(entry, stored)
        elif stored["kind"] == DONE:
            self._done.append((entry.index, content["decision_index"] << LEAF | content["position"]))
        elif stored["kind"] == ERASURE:
            self._erased.append(content["key"])

    def write(self) -> None:
        """Into the tables, within the caller's transaction."""
        execute, many = self._connection.execute, self._connection.executemany
        many(_OBLIGE, self._obligations)
        many(_OPENED, self._opened)
        many(_DONE, self._done)
        for key in self._erased:
            execute(_FORGET, (STANDING, key))
            execute(_FORGOTTEN, (key,))
        self._clear()

    def forget(self) -> None:
        """Forget what a transaction made that did not come to its end."""
        self._duties.clear()
        self._clear()

    def _clear(self) -> None:
        self._obligations: list[tuple[int, int, str, str | None]] = []
        self._opened: list[tuple[str, int]] = []
        self._done: list[tuple[int, int]] = []
        self._erased: list[str] = []

    def _oblige(self, entry: Entry, stored: Json) -> None:
        content = stored["content"]
        duties = content["required_actions"]
        sealed = list(_sealed_deadlines(content))
        if sealed:
            duties = self._vault.shown(entry).content["required_actions"]
            key, first = content[PERSONAL]["key"], entry.index << LEAF
            self._opened += [(key, first | position) for position in sealed]
        caller, known = content.get("caller"), self._duties
        for number, duty in enumerate(duties, entry.index << LEAF):
            due, rulesets = duty["due"], [reason["ruleset"] for reason in duty["reasons"]]
            shared = (duty["action"], duty["by"], duty["to"], *rulesets)
            day = STANDING if due is None else due_key(due)
            self._obligations.append((number, known.get(shared) or self._duty(*shared), day, caller))

    def _duty(self, *shared: str | None) -> int:
        """The number of what many obligations share: action, by whom, to whom, and the rulesets that require it."""
        row = (*shared[:3], f" {' '.join(dict.fromkeys(map(str, shared[3:])))} ")
        found = self._connection.execute(_FIND_DUTY, row).fetchone()
        number = int(found[0] if found else self._connection.execute(_ADD_DUTY, row).lastrowid or 0)
        self._duties[shared] = number
        return number


def due_key(due: str | None) -> str:
    """Deadlines as texts in the order of time: a day ends after every moment of it.

    A moment stands in the record as the clocks of the policy's zone show it, so its day comes first.
    """
    if due is None:
        return STANDING
    return due[:19] if "T" in due else due + END_OF_DAY


def _sealed_deadlines(content: Json) -> Iterator[int]:
    """The places of the required actions whose deadline is sealed in the entry."""
    for pointer in content.get(PERSONAL, {"members": ()})["members"]:
        match pointer.split("/"):
            case ["", "required_actions", position, "due"]:
                yield int(position)
