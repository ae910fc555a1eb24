"""The tables of the ledger file, the triggers that make them append-only, and their versions."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from service.ledger import tree
from service.ledger.errors import LedgerDamaged, LedgerUnsupported


class Migration(NamedTuple):
    """One step of the schema; its statements are compared with the file word for word at every start."""

    name: str
    statements: tuple[str, ...]
    fill: Callable[[sqlite3.Connection], None] | None = None
    """Writes into the new tables what follows from the old ones, in the same transaction."""


def _sealed(table: str) -> tuple[str, str]:
    """No row of the table is changed or deleted, whoever asks."""
    return (
        f"""CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only: no update'); END""",
        f"""CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only: no delete'); END""",
    )


# INSERT OR REPLACE deletes the row in its way without asking the delete trigger (unless the connection
# has recursive triggers on), so each insert trigger refuses every row that stands in another's way:
# by its number here, by its id or key in `entries_once`.
def _next_only(table: str, column: str, first: int) -> str:
    return f"""CREATE TRIGGER {table}_next_only BEFORE INSERT ON {table}
WHEN NEW.{column} IS NOT coalesce((SELECT max({column}) FROM {table}) + 1, {first})
BEGIN SELECT RAISE(ABORT, '{table} is contiguous: only the next {column}'); END"""


_FIRST = Migration(
    "entries",
    (
        """CREATE TABLE migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT""",
        _next_only("migrations", "version", 1),
        *_sealed("migrations"),
        """CREATE TABLE entries (
    leaf_index INTEGER PRIMARY KEY CHECK (leaf_index >= 0),
    entry_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT,
    as_of TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    key_hash BLOB CHECK (length(key_hash) = 32),
    request_hash BLOB NOT NULL CHECK (length(request_hash) = 32),
    leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32),
    canonical BLOB NOT NULL
) STRICT""",
        "CREATE UNIQUE INDEX entries_by_id ON entries (entry_id)",
        "CREATE UNIQUE INDEX entries_by_key ON entries (key_hash) WHERE key_hash IS NOT NULL",
        "CREATE INDEX entries_by_subject ON entries (subject, leaf_index, decided_at)",
        "CREATE INDEX entries_by_time ON entries (decided_at, leaf_index)",
        _next_only("entries", "leaf_index", 0),
        """CREATE TRIGGER entries_once BEFORE INSERT ON entries
WHEN EXISTS (SELECT 1 FROM entries WHERE entry_id = NEW.entry_id)
    OR EXISTS (SELECT 1 FROM entries WHERE key_hash = NEW.key_hash)
BEGIN SELECT RAISE(ABORT, 'entries is append-only: the entry id or key is taken'); END""",
        *_sealed("entries"),
    ),
)

_TREE = Migration(
    "tree",
    (
        """CREATE TABLE nodes (
    leaf_index INTEGER PRIMARY KEY REFERENCES entries (leaf_index),
    hashes BLOB NOT NULL CHECK (length(hashes) > 0 AND length(hashes) % 32 = 0)
) STRICT""",
        # Only leaves of odd index complete a subtree.
        """CREATE TRIGGER nodes_next_only BEFORE INSERT ON nodes
WHEN NEW.leaf_index IS NOT coalesce((SELECT max(leaf_index) FROM nodes) + 2, 1)
BEGIN SELECT RAISE(ABORT, 'nodes is contiguous: only the next odd leaf_index'); END""",
        *_sealed("nodes"),
    ),
    tree.fill,
)

MIGRATIONS: tuple[Migration, ...] = (_FIRST, _TREE)
"""All versions of the schema, the oldest first; one that was released is never edited."""


def check_schema(connection: sqlite3.Connection) -> int:
    """How many migrations the file has (0 for an empty one), after comparing its schema word for word.

    Raises `LedgerDamaged` naming what is missing, altered or foreign, and `LedgerUnsupported` for a file
    that a newer version has written.
    """
    found = {
        sql
        for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
    }
    if not found:
        return 0
    if MIGRATIONS[0].statements[0] not in found:
        raise LedgerDamaged("the file is not a ledger: it has no table `migrations` of ours")
    names = [name for (name,) in connection.execute("SELECT name FROM migrations ORDER BY version")]
    if len(names) > len(MIGRATIONS):
        raise LedgerUnsupported(f"the ledger has schema version {len(names)}, this program {len(MIGRATIONS)}")
    if names != [migration.name for migration in MIGRATIONS[: len(names)]]:
        raise LedgerDamaged("the table `migrations` does not hold the migrations of this program")
    expected = {sql for migration in MIGRATIONS[: len(names)] for sql in migration.statements}
    if missing := sorted(expected - found):
        raise LedgerDamaged(f"the schema is damaged: missing or altered `{_title(missing[0])}`")
    if foreign := sorted(found - expected):
        raise LedgerDamaged(f"the schema is damaged: not of this ledger `{_title(foreign[0])}`")
    return len(names)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest schema, each migration in a transaction of its own.

    Raises what `check_schema` raises, before it touches a file that is not a ledger.
    """
    missing = MIGRATIONS[check_schema(connection) :]
    if not missing:
        return
    from sqlite_utils import Database  # takes longer to import than a ledger to open

    database = Database(connection, execute_plugins=False)
    for migration in missing:
        with database.atomic():
            for statement in migration.statements:
                database.execute(statement)
            if migration.fill is not None:
                migration.fill(connection)
            version = database.table("migrations").count + 1
            database.table("migrations").insert({"version": version, "name": migration.name})
    check_schema(connection)


def check_sequence(connection: sqlite3.Connection) -> int:
    """The number of entries, after making sure that their indexes run from 0 without a gap.

    Reads no entry: the count comes from the smallest index. Raises `LedgerDamaged`.
    """
    count, lowest, highest = connection.execute(
        "SELECT (SELECT count(*) FROM entries), (SELECT min(leaf_index) FROM entries),"
        " (SELECT max(leaf_index) FROM entries)"
    ).fetchone()
    if count and (lowest != 0 or highest != count - 1):
        raise LedgerDamaged(f"the sequence has gaps: {count} entries from {lowest} to {highest}")
    return int(count)


def _title(statement: str) -> str:
    """`CREATE TRIGGER entries_no_update`, the part of a statement that names it."""
    return " ".join(statement.split("(")[0].split()[:4])
