"""Opening: what is made, what is checked, who is let in."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from service.ledger import (
    Ledger,
    LedgerDamaged,
    LedgerFailed,
    LedgerInUse,
    LedgerUnreadable,
    LedgerUnsupported,
    lock,
    store,
)
from tests.ledger.helpers import ROOT, draft, raw


def test_file_and_folder_belong_to_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "ledger.db"
    with Ledger.open(path) as ledger:
        ledger.append(draft())
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()}
    assert set(modes) == {"ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.db.lock"}
    assert set(modes.values()) == {0o600}
    assert (
        stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    )


def test_a_reopened_ledger_goes_on(path: Path) -> None:
    with Ledger.open(path) as ledger:
        first = ledger.append(draft("D-1", key="k")).entry
    with Ledger.open(path) as ledger:
        assert ledger.size == 1
        assert ledger.get("D-1") == first
        assert ledger.append(draft("D-2", key="k")).replayed
        assert ledger.append(draft("D-3")).entry.index == 1


def test_the_settings_that_keep_the_promises(ledger: Ledger) -> None:
    writer = ledger._writer._connection
    for pragma, expected in [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]:
        assert writer.execute(f"PRAGMA {pragma}").fetchone() == (expected,)


def test_a_setting_that_sqlite_does_not_give_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_SETTINGS", (("journal_mode", "DELETE", "wal"),))
    with pytest.raises(LedgerUnsupported, match="`journal_mode` 'delete' here, the ledger needs 'wal'"):
        Ledger.open(path)
    monkeypatch.undo()
    Ledger.open(path).close()


def test_readers_cannot_write(ledger: Ledger) -> None:
    with ledger._readers.reader() as reader:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("INSERT INTO migrations VALUES (2, 'x')")
        reader.execute("PRAGMA query_only = OFF")  # the file is opened read-only besides
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("INSERT INTO migrations VALUES (2, 'x')")


def test_a_read_that_fails_says_so_and_harms_nobody(ledger: Ledger) -> None:
    with pytest.raises(LedgerUnreadable, match="no such table"):
        ledger._readers.rows("SELECT * FROM nowhere", {})
    assert ledger.healthy
    assert ledger.get("D-1") is None


def test_a_second_service_is_refused_by_name(ledger: Ledger, path: Path) -> None:
    with pytest.raises(LedgerInUse, match=str(path)):
        Ledger.open(path)
    link = path.with_name("link.db")
    link.symlink_to(path)
    with pytest.raises(LedgerInUse, match=str(path)):
        Ledger.open(link)
    ledger.close()
    Ledger.open(path).close()


def test_a_platform_without_flock_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "fcntl", None)
    with pytest.raises(LedgerUnsupported, match="platform"):
        Ledger.open(path)


def test_a_ledger_does_not_cross_a_fork(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(LedgerFailed, match="after the fork"):
        ledger.append(draft())
    with pytest.raises(LedgerFailed, match="after the fork"):
        ledger.get("D-1")


def _filled(path: Path) -> None:
    with Ledger.open(path) as ledger:
        for i in range(3):
            ledger.append(draft(f"D-{i}"))


def _unguarded(path: Path, table: str, *statements: str) -> None:
    """What the file's owner can do: drop the guards, change rows, put the guards back word for word."""
    guards = raw(path, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", table)
    for name, _ in guards:
        raw(path, f"DROP TRIGGER {name}")
    for statement in statements:
        raw(path, statement, checks=False)
    for _, sql in guards:
        raw(path, sql)


@pytest.mark.parametrize(
    ("table", "statement", "message"),
    [
        ("entries", "DELETE FROM entries WHERE leaf_index = 1", "gaps: 2 entries from 0 to 2"),
        ("entries", "DELETE FROM entries WHERE leaf_index = 0", "gaps: 2 entries from 1 to 2"),
        (
            "entries",
            "UPDATE entries SET leaf_index = -1 WHERE leaf_index = 0",
            "3 entries from -1 to 2",
        ),
        ("entries", "UPDATE entries SET leaf_index = 5 WHERE leaf_index = 2", "gaps: 3 entries from 0 to 5"),
        ("entries", "DELETE FROM entries WHERE leaf_index > 0", "the tree is not that of 1 entries"),
        ("migrations", "UPDATE migrations SET name = 'x'", "does not hold the migrations"),
        ("migrations", "DELETE FROM migrations", "not of this ledger"),
    ],
)
def test_damaged_rows_are_found_at_the_start(path: Path, table: str, statement: str, message: str) -> None:
    _filled(path)
    _unguarded(path, table, statement)
    with pytest.raises(LedgerDamaged, match=message):
        Ledger.open(path)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("DROP TRIGGER entries_no_update", "missing or altered `CREATE TRIGGER entries_no_update"),
        ("DROP TRIGGER nodes_next_only", "missing or altered `CREATE TRIGGER nodes_next_only"),
        ("DROP INDEX entries_by_key", "missing or altered `CREATE UNIQUE INDEX entries_by_key"),
        ("DROP TABLE nodes", "missing or altered `CREATE TABLE nodes"),
        (
            "CREATE TRIGGER more AFTER INSERT ON entries BEGIN SELECT 1; END",
            "not of this ledger `CREATE TRIGGER more",
        ),
        ("CREATE TABLE more (a)", "not of this ledger `CREATE TABLE more"),
    ],
)
def test_a_changed_schema_is_found_at_the_start(path: Path, statement: str, message: str) -> None:
    _filled(path)
    raw(path, statement)
    with pytest.raises(LedgerDamaged, match=message):
        Ledger.open(path)


def test_an_altered_guard_is_found_at_the_start(path: Path) -> None:
    _filled(path)
    raw(path, "DROP TRIGGER entries_no_delete")
    raw(path, "CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT 1; END")
    with pytest.raises(LedgerDamaged, match="missing or altered `CREATE TRIGGER entries_no_delete"):
        Ledger.open(path)


def test_a_newer_ledger_is_refused(path: Path) -> None:
    _filled(path)
    raw(path, "INSERT INTO migrations VALUES (3, 'from the future')")
    with pytest.raises(LedgerUnsupported, match="schema version 3, this program 2"):
        Ledger.open(path)


def test_another_database_is_refused_and_left_as_it_is(path: Path) -> None:
    raw(path, "CREATE TABLE theirs (a)")
    before = path.read_bytes()
    with pytest.raises(LedgerDamaged, match="not a ledger"):
        Ledger.open(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(LedgerDamaged, match="not a database"):
        Ledger.open(path)
    assert path.read_bytes() == b"not a database" * 100


def test_a_path_that_cannot_be_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnreadable, match="unable to open"):
        Ledger.open(tmp_path)


def test_a_refused_start_holds_nothing(path: Path) -> None:
    """Lock and connection are given back, so the next start fails or succeeds for its own reason."""
    _filled(path)
    raw(path, "CREATE TABLE more (a)")
    for _ in range(2):
        with pytest.raises(LedgerDamaged):
            Ledger.open(path)
    raw(path, "DROP TABLE more")
    Ledger.open(path).close()


def test_an_interrupted_creation_starts_anew(path: Path) -> None:
    """The schema is made in one transaction: a file is a ledger or empty."""
    path.touch()
    with Ledger.open(path) as ledger:
        assert ledger.append(draft()).entry.index == 0


def test_the_room_imports_nothing_of_the_house() -> None:
    """In a fresh interpreter, the ledger brings neither Flask nor the rules nor the rest of the service."""
    house = "('flask', 'rules', 'service')"
    program = f"import sys, service.ledger; print(*(m for m in sys.modules if m.split('.')[0] in {house}))"
    command = [sys.executable, "-c", program]
    modules = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rooms = {".".join(module.split(".")[:2]) for module in modules.split()}
    assert rooms == {"service", "service.ledger", "service.proofs"}


def test_a_leftover_log_is_recovered(path: Path, tmp_path: Path) -> None:
    """A copy of the file and its log as a crash leaves them holds all that was acknowledged."""
    with Ledger.open(path) as ledger:
        for i in range(5):
            ledger.append(draft(f"D-{i}"))
        copy = tmp_path / "copy.db"
        for end in ("", "-wal"):
            copy.with_name(copy.name + end).write_bytes(path.with_name(path.name + end).read_bytes())
    alone = tmp_path / "alone.db"
    alone.write_bytes(copy.read_bytes())
    with pytest.raises(sqlite3.OperationalError):
        raw(alone, "SELECT * FROM entries")
    with Ledger.open(copy) as ledger:
        assert ledger.size == 5
