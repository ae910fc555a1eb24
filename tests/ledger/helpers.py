"""Drafts for the tests of the ledger, and a look at its file that goes around it."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from service.ledger import Draft, Facet

ROOT = Path(__file__).parents[2]
"""The project, from which programs of their own are started."""

NOON = dt.datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=dt.UTC)
REQUEST = hashlib.sha256(b"the request").digest()


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def facet(ruleset: str, value: str) -> Facet:
    return Facet(ruleset, "decided", "escalation", value)


def draft(entry_id: str = "D-1", **changes: Any) -> Draft:
    """A small decision; `key` is hashed for the caller."""
    key = changes.pop("key", None)
    values: dict[str, Any] = {
        "kind": "decision",
        "entry_id": entry_id,
        "subject": "C-1024",
        "as_of": dt.date(2026, 11, 23),
        "decided_at": NOON,
        "key_hash": None if key is None else digest(key),
        "request_hash": REQUEST,
        "content": {"facts": {"order": {"amount": "20000.00"}}, "clause": "第九条3(b)"},
        "facets": (facet("limit_escalation", "report_to_supervisor"),),
    }
    return Draft(**(values | changes))


def raw(path: Path, sql: str, *parameters: object, checks: bool = True) -> list[Any]:
    """Run one statement on the file as its owner could, with the settings that protect least.

    Without `checks`, SQLite is told to ignore the CHECK constraints too.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA recursive_triggers = OFF")
        connection.execute(f"PRAGMA ignore_check_constraints = {'OFF' if checks else 'ON'}")
        return connection.execute(sql, parameters).fetchall()


def indexes(path: Path) -> list[int]:
    return [row[0] for row in raw(path, "SELECT leaf_index FROM entries ORDER BY leaf_index")]
