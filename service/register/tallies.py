"""How often rules, and clauses through their rules, were applied in recorded decisions."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_ADD: Final = (
    "INSERT INTO tallies VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, name) DO UPDATE SET"
    " decisions = decisions + excluded.decisions, last_at = excluded.last_at, last_decision = excluded.last_decision"
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Decisions in which it was applied, the moment of the last (RFC 3339, UTC) and its id."""

    decisions: int = 0
    last_at: str | None = None
    last_decision: str | None = None


NEVER = Tally()


@dataclass(frozen=True, slots=True)
class Tallies:
    """All tallies at one moment of the log; `since` is when its first entry was made, None for an empty log."""

    rules: dict[str, Tally]
    clauses: dict[str, Tally]
    since: str | None
    size: int

    def rule(self, name: str) -> Tally:
        """The tally of a rule; never, if the log does not have it."""
        return self.rules.get(name, NEVER)

    def clause(self, name: str) -> Tally:
        """The tally of a clause: decisions in which at least one rule fired that cited it then."""
        return self.clauses.get(name, NEVER)


def add(
    connection: sqlite3.Connection,
    applied: Mapping[tuple[str, str], int],
    first: int,
    told: Mapping[int, tuple[str, str]],
) -> None:
    """Count new decisions: their entries by kind and name of what was applied, and moment and id of each entry.

    Entries are bits, the lowest one for the entry `first`.
    """
    rows = (
        (*what, entries.bit_count(), *told[first + entries.bit_length() - 1]) for what, entries in applied.items()
    )
    connection.executemany(_ADD, rows)
