"""The tables of the register; a file with others is thrown away and made anew."""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlite_utils import Database

from service.register.words import SPLITTER

VERSION: Final = 4
"""Counts up whenever a table, or what is put into it, changes."""

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

CREATE TABLE obligations (
    leaf_index INTEGER NOT NULL,
    position INTEGER NOT NULL,
    decision_id TEXT NOT NULL,
    action TEXT NOT NULL,
    by_role TEXT NOT NULL,
    to_role TEXT,
    subject TEXT,
    due_key TEXT NOT NULL,
    rulesets TEXT NOT NULL,
    caller TEXT,
    done INTEGER,
    PRIMARY KEY (leaf_index, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE opened (
    key_id TEXT NOT NULL,
    leaf_index INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (key_id, leaf_index, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX by_due ON obligations (due_key, leaf_index, position);
CREATE INDEX by_decision ON obligations (decision_id, due_key, leaf_index, position);
CREATE INDEX by_subject ON obligations (subject, due_key, leaf_index, position);
CREATE INDEX by_caller ON obligations (caller, due_key, leaf_index, position);
CREATE INDEX open_by_due ON obligations (due_key, leaf_index, position) WHERE done IS NULL;
CREATE INDEX open_by_who ON obligations (by_role, due_key, leaf_index, position) WHERE done IS NULL;
CREATE INDEX open_by_whom ON obligations (to_role, due_key, leaf_index, position) WHERE done IS NULL;
CREATE INDEX open_by_action ON obligations (action, due_key, leaf_index, position) WHERE done IS NULL;
CREATE INDEX done_by_due ON obligations (due_key, leaf_index, position) WHERE done IS NOT NULL;

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
    for statement in TABLES.split(";"):
        connection.execute(statement)
    tables = Database(connection, execute_plugins=False)
    for name in ("marks", "texts"):
        tables.table(name).enable_fts(["words"], tokenize=SPLITTER, create_triggers=True)
    connection.execute(f"PRAGMA user_version = {VERSION}")
