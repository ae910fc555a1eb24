"""Every column of every row, in a ledger with every kind of entry: whatever is changed is found, and where."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson

from service.audit import Unreadable
from service.ledger import schema
from tests.audit.helpers import TABLES, Case, Json, columns, content, owner, rewrite


def others(value: Any, declared: str, needed: bool) -> Iterator[Any]:
    """Values that a column of a STRICT table takes in place of one."""
    if declared == "INTEGER":
        yield from (value + 1, value + 1000, -value - 1)
    elif isinstance(value, bytes):
        yield from (bytes([value[0] ^ 1]) + value[1:], value[:-1] + bytes([value[-1] ^ 0x80]), value[:-1], b"")
    elif isinstance(value, str):
        yield from (value + "x", value[:-1], value.swapcase() if value.swapcase() != value else f" {value}")
    else:
        yield b"\x00" * 32 if declared == "BLOB" else "x"
    if value is not None and not needed:
        yield None


def places(whole: Case) -> Iterator[tuple[str, int, str, Any]]:
    """Every column of every row, with each value it might be changed to."""
    rows = content(whole.ledger)
    with closing(sqlite3.connect(whole.ledger)) as connection:
        for table in TABLES:
            for number, row in enumerate(rows[table]):
                for value, (name, declared, needed) in zip(row, columns(connection, table), strict=True):
                    for other in others(value, declared, needed):
                        yield table, number, name, other


def concerned(table: str, row: tuple[Any, ...], name: str, value: Any) -> int | None:
    """The first entry that a change concerns."""
    if table == "migrations":
        return None
    return min(row[0], value) if name == "leaf_index" else int(row[0])


def test_every_column_of_every_row(whole: Case, tmp_path: Path) -> None:
    """Each changed alone, in each way, the guards put back: all are found, at the entry they concern."""
    rows, count = content(whole.ledger), 0
    plain = whole.ledger.read_bytes()
    forged = Case(tmp_path / "ledger.db", whole.checkpoints, whole.key)
    with owner(original_copy(plain, forged.ledger), guards=False):
        pass
    bare = forged.ledger.read_bytes()
    guards = [sql for one in schema.MIGRATIONS for sql in one.statements if sql.startswith("CREATE TRIGGER")]
    for table, number, name, value in places(whole):
        row = rows[table][number]
        original_copy(bare, forged.ledger)
        with closing(sqlite3.connect(forged.ledger, isolation_level=None)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute("PRAGMA synchronous = OFF")
            try:
                connection.execute(f"UPDATE {table} SET {name} = ? WHERE rowid = ?", (value, row[0]))
            except sqlite3.IntegrityError:
                continue  # the number of another row: `test_swapped` and `test_inserted` do that
            for guard in guards:
                connection.execute(guard)
        report = forged.audit()
        what = f"{table} {row[:2]}: {name} = {value!r}"
        assert report.total > 0, what
        expected = concerned(table, row, name, value)
        assert report.first_bad == (None if expected is None else max(expected, 0)), (what, report.findings)
        count += 1
    assert count > 600


def original_copy(data: bytes, path: Path) -> Path:
    path.write_bytes(data)
    return path


def changed(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool() | None:
            return "x" if value is None else not value
        case int():
            return value + 1
        case str():
            return value.swapcase() if value.swapcase() != value else f"{value}x"
        case list():
            return [*value, ["a", "decided", None, None]]
        case _:
            return {**value, "more": 1}


def members(canonical: bytes) -> Iterator[tuple[str, Callable[[Json], None]]]:
    """Every member of an entry and of its content, with what changes it."""
    document = orjson.loads(canonical)
    digests = ("key_hash", "request_hash")
    for name, value in document.items():
        new = ("00" * 32 if value != "00" * 32 else "11" * 32) if name in digests else changed(value)
        yield name, lambda one, name=name, new=new: one.update({name: new})  # type: ignore[misc]
    for name, value in document["content"].items():
        new = changed(value)
        yield f"content.{name}", lambda one, name=name, new=new: one["content"].update({name: new})  # type: ignore[misc]
        yield f"content.{name} removed", lambda one, name=name: one["content"].pop(name)  # type: ignore[misc]


def test_every_member_of_every_entry_forged_with_all_that_follows(whole: Case, tmp_path: Path) -> None:
    """Columns, leaf hash and every node made to fit: the kept checkpoint shows it all the same."""
    plain, count = whole.ledger.read_bytes(), 0
    forged = Case(tmp_path / "ledger.db", whole.checkpoints, whole.key)
    for row in content(whole.ledger)["entries"]:
        for name, change in members(row[-1]):
            original_copy(plain, forged.ledger)
            rewrite(forged.ledger, row[0], change)
            assert forged.audit().total > 0, (row[0], name)
            count += 1
    assert count > 300


def test_any_byte_of_the_file(original: Case, tmp_path: Path) -> None:
    """A byte changed where something is stored is found; the rest of a page holds nothing."""
    plain = original.ledger.read_bytes()
    forged = Case(tmp_path / "ledger.db", original.checkpoints, original.key)
    rows, unseen = content(original.ledger), 0
    for place in range(100, len(plain), 397):
        forged.ledger.write_bytes(plain[:place] + bytes([plain[place] ^ 0x55]) + plain[place + 1 :])
        try:
            found = forged.audit().total > 0
        except Unreadable:
            found = True
        if not found:
            assert content(forged.ledger) == rows, place
            unseen += 1
    assert unseen < len(plain) / 397
