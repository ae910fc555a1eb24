"""From one entry to the rows of the register."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, Final

from service.ledger import Entry
from service.personal import Vault
from service.record import KIND as DECISION
from service.register.index import DONE

ERASURE: Final = "erasure"
"""The kind of an entry that says that a key of personal data is destroyed."""
STANDING: Final = "9999"
"""Stands where a deadline would, for a duty without one: after every date."""
END_OF_DAY: Final = "T24"

Json = dict[str, Any]

_TALLY: Final = (
    "INSERT INTO tallies VALUES (?, ?, 1, ?, ?) ON CONFLICT (kind, name) DO UPDATE SET"
    " decisions = decisions + 1, last_at = excluded.last_at, last_decision = excluded.last_decision"
)
_OBLIGE: Final = "INSERT INTO obligations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)"
_OPENED: Final = "INSERT INTO opened VALUES (?, ?, ?)"
_FORGET: Final = (
    "UPDATE obligations SET due_key = ? WHERE (leaf_index, position) IN"
    " (SELECT leaf_index, position FROM opened WHERE key_id = ?)"
)
_FORGOTTEN: Final = "DELETE FROM opened WHERE key_id = ?"
_DONE: Final = "UPDATE obligations SET done = ? WHERE leaf_index = ? AND position = ?"


def take(connection: sqlite3.Connection, entries: Iterable[Entry], vault: Vault) -> None:
    """Put what the entries say into the tables; of what is sealed in them, deadlines alone are opened."""
    for entry in entries:
        stored = entry.document
        if stored["kind"] == DECISION:
            connection.executemany(_TALLY, _tallies(stored))
            connection.executemany(_OBLIGE, _obligations(entry.index, vault.shown(entry).document))
            connection.executemany(_OPENED, _opened(entry.index, stored))
        elif stored["kind"] == DONE:
            content = stored["content"]
            connection.execute(_DONE, (entry.index, content["decision_index"], content["position"]))
        elif stored["kind"] == ERASURE:
            connection.execute(_FORGET, (STANDING, stored["content"]["key"]))
            connection.execute(_FORGOTTEN, (stored["content"]["key"],))


def due_key(due: str | None) -> str:
    """Deadlines as texts in the order of time: a day ends after every moment of it.

    A moment stands in the record as the clocks of the policy's zone show it, so its day comes first.
    """
    if due is None:
        return STANDING
    return due[:19] if "T" in due else due + END_OF_DAY


def _tallies(stored: Json) -> Iterator[tuple[str, str, str, str]]:
    """Each rule that fired for certain, and each clause of one, once a decision."""
    rules: dict[str, None] = {}
    clauses: dict[str, None] = {}
    for outcome in stored["content"]["outcomes"].values():
        for rule in outcome["rules"] if outcome["status"] == "decided" else ():
            if not rule.get("possible"):
                rules[rule["id"]] = clauses[rule["clause"]] = None
    for kind, names in (("rule", rules), ("clause", clauses)):
        for name in names:
            yield kind, name, stored["decided_at"], stored["entry_id"]


def _obligations(index: int, stored: Json) -> Iterator[tuple[Any, ...]]:
    for position, duty in enumerate(stored["content"]["required_actions"]):
        rulesets = dict.fromkeys(reason["ruleset"] for reason in duty["reasons"])
        yield (
            index, position, stored["entry_id"], duty["action"], duty["by"], duty["to"], stored["subject"],
            due_key(duty["due"]), f" {' '.join(rulesets)} ", stored["content"].get("caller"),
        )  # fmt: skip


def _opened(index: int, stored: Json) -> Iterator[tuple[str, int, int]]:
    """The obligations whose deadline is sealed in the entry, by the key that opens it."""
    personal = stored["content"].get("personal", {"members": ()})
    for pointer in personal["members"]:
        match pointer.split("/"):
            case ["", "required_actions", position, "due"]:
                yield personal["key"], index, int(position)
