"""A ledger to audit, and what its file's owner can do to it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from service import audit
from service.audit import Report
from service.audit.tree import Tree
from service.ledger import canonical_bytes
from service.proofs.notes import VerifierKey

Json = dict[str, Any]
_COLUMNS = ("entry_id", "kind", "subject", "as_of", "decided_at", "key_hash", "request_hash")
TABLES = ("entries", "nodes", "migrations")


@dataclass(frozen=True)
class Case:
    """A ledger file, the checkpoints kept of it, and the public key."""

    ledger: Path
    checkpoints: Path
    key: VerifierKey

    def audit(self) -> Report:
        """Against the kept checkpoints."""
        return audit.run(self.ledger, self.key, [self.checkpoints])


@contextmanager
def owner(path: Path, guards: bool = True) -> Iterator[sqlite3.Connection]:
    """The file without its triggers, which are put back word for word afterwards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("PRAGMA cell_size_check = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers if guards else ():
            connection.execute(sql)


def content(path: Path) -> dict[str, list[Any]]:
    """Every row of every table."""
    with closing(sqlite3.connect(path)) as connection:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}


def columns(connection: sqlite3.Connection, table: str) -> list[tuple[str, str, bool]]:
    """Name, declared type, and whether NULL is refused, of each column."""
    listed = connection.execute("SELECT name, type, \"notnull\" OR pk FROM pragma_table_info(?)", (table,)).fetchall()
    return [(name, declared, bool(needed)) for name, declared, needed in listed]


def rewrite(path: Path, index: int, change: Callable[[Json], object]) -> None:
    """Change what an entry says, and with it everything that follows: columns, leaf hash, every node."""
    with owner(path) as connection:
        (canonical,) = connection.execute("SELECT canonical FROM entries WHERE leaf_index = ?", (index,)).fetchone()
        document = orjson.loads(canonical)
        change(document)
        put(connection, index, document)
        rebuild(connection)


def put(connection: sqlite3.Connection, index: int, document: Json) -> None:
    """Let a document stand in the place of an entry, with its columns and leaf hash."""
    canonical = canonical_bytes(document)
    values = [document[name] for name in _COLUMNS]
    values[5:] = [None if one is None else bytes.fromhex(one) for one in values[5:]]
    connection.execute(
        f"UPDATE entries SET {', '.join(f'{name} = ?' for name in _COLUMNS)}, leaf_hash = ?, canonical = ?"
        " WHERE leaf_index = ?",
        (*values, hashlib.sha256(b"\x00" + canonical).digest(), canonical, index),
    )


def kinds(path: Path) -> list[str]:
    """The kind of each entry."""
    with owner(path) as connection:
        return [kind for (kind,) in connection.execute("SELECT kind FROM entries ORDER BY leaf_index")]


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the nodes those of the entries as they are now."""
    connection.execute("DELETE FROM nodes")
    tree = Tree()
    for index, canonical in connection.execute("SELECT leaf_index, canonical FROM entries ORDER BY leaf_index"):
        if (hashes := tree.add(canonical)) is not None:
            connection.execute("INSERT INTO nodes VALUES (?, ?)", (index, hashes))
