"""The file itself refuses change: plain SQL, with the settings that protect least."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from service.ledger import Ledger
from tests.ledger.helpers import draft, raw

ENTRY = "(leaf_index, entry_id, kind, as_of, decided_at, key_hash, request_hash, leaf_hash, canonical)"
VALUES = "'decision', '2026-11-23', '2026-11-23T12:00:00.000000Z', {key}, zeroblob(32), zeroblob(32), x'7b7d'"


@pytest.fixture
def filled(path: Path) -> Path:
    """A closed ledger of three entries, the last of which has a key."""
    with Ledger.open(path) as ledger:
        ledger.append(draft("D-0"))
        ledger.append(draft("D-1"))
        ledger.append(draft("D-2", key="k"))
    return path


def _insert(how: str, index: str, entry_id: str, key: str = "NULL") -> str:
    return f"{how} INTO entries {ENTRY} VALUES ({index}, '{entry_id}', {VALUES.format(key=key)})"


KEY = "(SELECT key_hash FROM entries WHERE leaf_index = 2)"
REFUSED = {
    "update of one row": "UPDATE entries SET subject = 'x' WHERE leaf_index = 1",
    "update of all": "UPDATE entries SET canonical = x'00'",
    "update to the same": "UPDATE entries SET leaf_index = leaf_index",
    "update or replace": "UPDATE OR REPLACE entries SET leaf_index = 0 WHERE leaf_index = 1",
    "update or ignore": "UPDATE OR IGNORE entries SET subject = 'x'",
    "delete of the last": "DELETE FROM entries WHERE leaf_index = 2",
    "delete of all": "DELETE FROM entries",
    "insert of an old index": _insert("INSERT", "1", "D-9"),
    "replace of an old index": _insert("INSERT OR REPLACE", "1", "D-9"),
    "replace of the last index": _insert("REPLACE", "2", "D-9"),
    "replace of an id from the next index": _insert("REPLACE", "3", "D-1"),
    "replace of a key from the next index": _insert("REPLACE", "3", "D-9", KEY),
    "ignore of an old index": _insert("INSERT OR IGNORE", "1", "D-9"),
    "upsert": _insert("INSERT", "3", "D-1") + " ON CONFLICT (entry_id) DO UPDATE SET subject = 'x'",
    "insert with a gap": _insert("INSERT", "4", "D-9"),
    "insert before the first": _insert("INSERT", "-1", "D-9"),
    "insert without an index": _insert("INSERT", "NULL", "D-9"),
    "insert of a short hash": _insert("INSERT", "3", "D-9", "x'00'"),
    "insert of a wrong type": _insert("INSERT", "3", "D-9").replace("x'7b7d'", "'text'"),
    "update of a node": "UPDATE nodes SET hashes = zeroblob(32)",
    "delete of a node": "DELETE FROM nodes",
    "replace of a node": "REPLACE INTO nodes VALUES (1, zeroblob(32))",
    "insert of an old node": "INSERT INTO nodes VALUES (0, zeroblob(32))",
    "insert of a node with a gap": "INSERT INTO nodes VALUES (5, zeroblob(32))",
    "insert of half a hash": "INSERT INTO nodes VALUES (3, zeroblob(48))",
    "update of a migration": "UPDATE migrations SET name = 'x'",
    "delete of a migration": "DELETE FROM migrations",
    "replace of a migration": "REPLACE INTO migrations VALUES (1, 'x')",
    "insert of a migration with a gap": "INSERT INTO migrations VALUES (4, 'x')",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_the_file_refuses(filled: Path, statement: str) -> None:
    before = _everything(filled)
    with pytest.raises(sqlite3.IntegrityError):
        raw(filled, statement)
    assert _everything(filled) == before


def test_the_next_row_is_what_the_guards_let_in(filled: Path) -> None:
    """Otherwise the refusals above could come from a mistake in their statements."""
    raw(filled, _insert("INSERT", "3", "D-9"))
    raw(filled, "INSERT INTO nodes VALUES (3, zeroblob(64))")
    raw(filled, "INSERT INTO migrations VALUES (3, 'x')")


def test_every_table_is_guarded(filled: Path) -> None:
    tables = {name for (name,) in raw(filled, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == {"entries", "migrations", "nodes"}
    for table in tables:
        triggers = raw(
            filled, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", table
        )
        guards = {name for (name,) in triggers}
        assert {f"{table}_no_update", f"{table}_no_delete", f"{table}_next_only"} <= guards


def _everything(path: Path) -> list[object]:
    return [raw(path, f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("entries", "migrations", "nodes")]
