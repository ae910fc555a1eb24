"""The tables of the register; a file with others is thrown away and made anew."""

from __future__ import annotations

import sqlite3
from typing import Final

from service.register.words import SPLITTER

VERSION: Final = 5
"""Counts up whenever a table, or what is put into it, changes."""
LEAF: Final = 20
"""The number of an obligation is that of its entry, so many bits further up, and its place there."""

TABLES: Final = """
CREATE TABLE progress (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    last_hash BLOB,
    first_at TEXT
) STRICT;
INSERT INTO progress VALUES (1, 0, NULL, NULL);

CREATE TABLE tallies (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    decisions INTEGER NOT NULL,
    last_at TEXT NOT NULL,
    last_decision TEXT NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE duties (
    id INTEGER PRIMARY KEY,
    action TEXT NOT NULL,
    by_role TEXT NOT NULL,
    to_role TEXT,
    rulesets TEXT NOT NULL
) STRICT;
CREATE TABLE obligations (
    id INTEGER PRIMARY KEY,
    duty INTEGER NOT NULL,
    due_key TEXT NOT NULL,
    caller TEXT,
    done INTEGER
) STRICT;
CREATE TABLE opened (
    key_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (key_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX by_caller ON obligations (caller, due_key) WHERE caller IS NOT NULL;
CREATE INDEX open_by_duty ON obligations (duty, due_key) WHERE done IS NULL;
CREATE INDEX done_by_duty ON obligations (duty, due_key) WHERE done IS NOT NULL;

CREATE TABLE releases (
    hash TEXT PRIMARY KEY,
    said BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE marks (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    part TEXT NOT NULL,
    words TEXT NOT NULL,
    UNIQUE (kind, name, part, words)
) STRICT;

CREATE TABLE blocks (
    place INTEGER PRIMARY KEY,
    bits BLOB NOT NULL
) STRICT;

CREATE TABLE texts (
    leaf_index INTEGER PRIMARY KEY,
    subject TEXT,
    words TEXT NOT NULL
) STRICT;
CREATE INDEX texts_by_subject ON texts (subject, leaf_index)
"""


def make(connection: sqlite3.Connection) -> None:
    """Make the tables and the indexes of words, within the caller's transaction."""
    from sqlite_utils import Database  # takes longer to import than all else here

    for statement in TABLES.split(";"):
        connection.execute(statement)
    tables = Database(connection, execute_plugins=False)
    for name in ("marks", "texts"):
        tables.table(name).enable_fts(["words"], tokenize=SPLITTER, create_triggers=True)
    connection.execute(f"PRAGMA user_version = {VERSION}")
