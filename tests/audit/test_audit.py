"""Whatever is changed in a ledger, the audit says so and names the first bad entry."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from service import audit
from service.audit import Finding, Row, Unreadable, layout
from service.ledger import Ledger, Log, Places, schema
from service.proofs.checkpoint import Checkpoint
from service.proofs.notes import Signer
from tests.audit.conftest import SIZE
from tests.audit.helpers import TABLES, Case, columns, content, forge, owner, rebuild
from tests.ledger.helpers import ROOT, draft


def test_a_ledger_as_it_was_written(case: Case) -> None:
    report = case.audit()
    assert (report.findings, report.total, report.first_bad) == ((), 0, None)
    assert (report.size, report.checkpoints, report.covered) == (SIZE, 2, SIZE)
    with Ledger.open(case.ledger) as ledger:
        assert report.root == ledger.head.root


def test_the_control_changes_nothing(case: Case) -> None:
    """Triggers dropped and put back, rows as they were: what the tests below find is what they change."""
    with owner(case.ledger):
        pass
    assert case.audit().total == 0


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


def places(original: Case) -> Iterator[tuple[str, int, str, Any]]:
    """Every column of every row, with each value it might be changed to."""
    rows = content(original.ledger)
    with closing(sqlite3.connect(original.ledger)) as connection:
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


def test_every_column_of_every_row(original: Case, tmp_path: Path) -> None:
    """Each changed alone, in each way, the guards put back: all are found, at the entry they concern."""
    rows, count = content(original.ledger), 0
    plain = original.ledger.read_bytes()
    changed = Case(tmp_path / "ledger.db", original.checkpoints, original.key)
    with owner(original_copy(plain, changed.ledger), guards=False):
        pass
    bare = changed.ledger.read_bytes()
    guards = [sql for one in schema.MIGRATIONS for sql in one.statements if sql.startswith("CREATE TRIGGER")]
    for table, number, name, value in places(original):
        row = rows[table][number]
        key = "rowid" if table != "facets" else "leaf_index = ? AND position"
        original_copy(bare, changed.ledger)
        with closing(sqlite3.connect(changed.ledger, isolation_level=None)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute("PRAGMA synchronous = OFF")
            try:
                connection.execute(
                    f"UPDATE {table} SET {name} = ? WHERE {key} = ?",
                    (value, *row[:2]) if table == "facets" else (value, row[0]),
                )
            except sqlite3.IntegrityError:
                continue  # the number of another row: `test_swapped` and `test_inserted` do that
            for guard in guards:
                connection.execute(guard)
        report = changed.audit()
        what = f"{table} {row[:2]}: {name} = {value!r}"
        assert report.total > 0, what
        expected = concerned(table, row, name, value)
        assert report.first_bad == (None if expected is None else max(expected, 0)), (what, report.findings)
        count += 1
    assert count > 500


def original_copy(data: bytes, path: Path) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("index", range(SIZE))
def test_deleted(case: Case, index: int) -> None:
    with owner(case.ledger) as connection:
        for table in ("entries", "facets", "nodes"):
            connection.execute(f"DELETE FROM {table} WHERE leaf_index = ?", (index,))
    report = case.audit()
    assert report.first_bad == index
    with owner(case.ledger) as connection:  # and the tree made anew over what is left
        rebuild(connection)
    assert case.audit().first_bad == index


@pytest.mark.parametrize("pair", list(itertools.combinations(range(0, SIZE, 3), 2)))
def test_swapped(case: Case, pair: tuple[int, int]) -> None:
    with owner(case.ledger) as connection:
        for table in ("entries", "facets"):
            for old, new in ((pair[0], -9), (pair[1], pair[0]), (-9, pair[1])):
                connection.execute(f"UPDATE {table} SET leaf_index = ? WHERE leaf_index = ?", (new, old))
        rebuild(connection)
    report = case.audit()
    assert report.first_bad == pair[0]
    assert any(f"its bytes are those of entry {pair[1]}" in str(one) for one in report.findings)


@pytest.mark.parametrize("index", [0, 4, 7, 12])
def test_inserted(case: Case, index: int) -> None:
    """An entry pushed in, all later ones numbered anew in their columns."""
    with owner(case.ledger) as connection:
        for table in ("entries", "facets"):
            connection.execute(f"UPDATE {table} SET leaf_index = -leaf_index - 2 WHERE leaf_index >= ?", (index,))
            connection.execute(f"UPDATE {table} SET leaf_index = -leaf_index - 1 WHERE leaf_index < 0")
        connection.execute(
            "INSERT INTO entries SELECT ?, 'D-new', kind, subject, as_of, decided_at, NULL, request_hash, leaf_hash,"
            " canonical FROM entries WHERE leaf_index = ?",
            (index, SIZE if index == 0 else 0),
        )
        rebuild(connection)
    report = case.audit()
    assert report.total > 0
    assert report.first_bad is not None
    assert report.first_bad <= index


@pytest.mark.parametrize("keep", range(SIZE))
def test_the_tail_cut(case: Case, keep: int) -> None:
    """What is left is whole in itself: only the kept checkpoint shows it."""
    with owner(case.ledger) as connection:
        for table in ("entries", "facets", "nodes"):
            connection.execute(f"DELETE FROM {table} WHERE leaf_index >= ?", (keep,))
    assert audit.run(case.ledger).total == 0
    report = case.audit()
    assert report.first_bad == keep
    assert f"{SIZE - 1} are missing" in str(report.findings[0])
    Ledger.open(case.ledger).close()  # the service alone would not notice


def test_the_file_rolled_back(case: Case, tmp_path: Path) -> None:
    """An older copy of the whole file is put in the place of the newer."""
    log = Log.open(Places(case.ledger, tmp_path / "key", "log.example"), {})
    old = shutil.copy(case.ledger, tmp_path / "old.db")
    for number in range(4):
        log.ledger.append(draft(f"E-{number}"))
    newest = log.checkpoint()
    log.close()
    kept = tmp_path / "newest"
    kept.write_text(newest)
    assert audit.run(case.ledger, log.key, [kept]).total == 0
    shutil.copy(old, case.ledger)
    assert audit.run(case.ledger).total == 0
    assert audit.run(case.ledger, log.key, [kept]).first_bad == SIZE


@pytest.mark.parametrize("index", range(SIZE))
def test_forged_with_hash_and_tree(case: Case, index: int) -> None:
    """The owner rewrites an entry and all that follows from it; only the kept checkpoint shows it."""
    with owner(case.ledger) as connection:
        forge(connection, index, b"20000.00", b"90000.00")
    assert audit.run(case.ledger).total == 0
    report = case.audit()
    assert report.total == 1
    assert report.first_bad == (0 if index < 5 else 5)
    span = "up to 4 is" if index < 5 else "up to 12 is"
    assert span in str(report.findings[0])


@pytest.mark.parametrize("name", [name for version in layout.VERSIONS[:2] for name in version.statements])
def test_every_guard_and_table(case: Case, name: str) -> None:
    with closing(sqlite3.connect(case.ledger, isolation_level=None)) as connection:
        (kind,) = connection.execute("SELECT type FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(f"DROP {kind} {name}")
    if name == "entries":
        with pytest.raises(Unreadable):
            case.audit()
        return
    findings = [str(one) for one in case.audit().findings]
    assert any(name in one for one in findings), findings


def test_a_guard_that_guards_nothing_and_one_too_many(case: Case) -> None:
    with closing(sqlite3.connect(case.ledger, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entries_no_update")
        connection.execute("CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT 1; END")
        connection.execute("CREATE TRIGGER more AFTER INSERT ON entries BEGIN SELECT 1; END")
    findings = [str(one) for one in case.audit().findings]
    assert findings == [
        "`entries_no_update` is not what guards a ledger: its statement was altered",
        "`more` does not belong in a ledger",
    ]


def test_any_byte_of_the_file(original: Case, tmp_path: Path) -> None:
    """A byte changed where something is stored is found; the rest of a page holds nothing."""
    plain = original.ledger.read_bytes()
    changed = Case(tmp_path / "ledger.db", original.checkpoints, original.key)
    rows, unseen = content(original.ledger), 0
    for place in range(100, len(plain), 397):
        changed.ledger.write_bytes(plain[:place] + bytes([plain[place] ^ 0x55]) + plain[place + 1 :])
        try:
            found = changed.audit().total > 0
        except Unreadable:
            found = True
        if not found:
            assert content(changed.ledger) == rows, place
            unseen += 1
    assert unseen < len(plain) / 397


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n5\n", "\n6\n"),
        lambda text: text.replace("log.example", "log.other", 1),
        lambda text: text[:-6] + "AAAA\n\n",
        lambda _: "",
        lambda _: "nothing of the kind\n",
    ],
)
def test_checkpoints_that_were_changed(case: Case, change: Callable[[str], str]) -> None:
    case.checkpoints.write_text(change(case.checkpoints.read_text()))
    report = case.audit()
    assert report.total > 0
    assert report.first_bad is None


def test_checkpoints_of_two_histories(case: Case) -> None:
    """Two roots for one size, both signed: the log has shown different things to different people."""
    signer = Signer("log.example", bytes(32))
    with Ledger.open(case.ledger) as ledger:
        right = Checkpoint("log.example", SIZE, ledger.head.root).signed(signer)
    wrong = Checkpoint("log.example", SIZE, bytes(32)).signed(signer)
    case.checkpoints.write_text(f"{right}\n{wrong}\n")
    assert audit.run(case.ledger, signer.key, [case.checkpoints]).total == 1
    assert audit.run(case.ledger, signer.key, [case.checkpoints, case.checkpoints]).total == 2 - 1


def test_what_cannot_be_audited(case: Case, tmp_path: Path) -> None:
    for path in (tmp_path / "nope", tmp_path):
        with pytest.raises(Unreadable, match="there is no ledger"):
            audit.run(path)
    other = tmp_path / "other"
    other.write_bytes(b"no database" * 500)
    with pytest.raises(Unreadable, match="cannot be read as a ledger"):
        audit.run(other)
    with pytest.raises(ValueError, match="without the key"):
        audit.run(case.ledger, None, [case.checkpoints])
    assert "cannot be read" in str(audit.run(case.ledger, case.key, [tmp_path / "nope"]).findings[0])


def test_many_findings_are_counted_and_the_first_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        for number in range(150):
            ledger.append(draft(f"D-{number}"))
    with owner(path) as connection:
        connection.execute("UPDATE entries SET subject = 'x' WHERE leaf_index > 2")
        connection.execute("DELETE FROM facets WHERE leaf_index = 1")
    report = audit.run(path)
    assert (report.total, report.first_bad, len(report.findings)) == (148, 1, 100)


class EveryThird:
    """A check as another part of the product may bring it."""

    def __init__(self) -> None:
        self.seen = 0

    def look(self, row: Row) -> str | None:
        self.seen += 1
        return "it is a third" if row.document["index"] % 3 == 2 else None

    def end(self) -> Iterator[Finding]:
        yield Finding(None, f"{self.seen} seen")


def test_a_further_check(case: Case) -> None:
    report = audit.run(case.ledger, checks=[EveryThird()])
    assert [str(one) for one in report.findings] == [
        "13 seen", "entry 2: it is a third", "entry 5: it is a third", "entry 8: it is a third",
        "entry 11: it is a third",
    ]  # fmt: skip


def test_a_ledger_in_use_is_audited(case: Case, tmp_path: Path) -> None:
    with Ledger.open(case.ledger) as ledger:
        ledger.append(draft("more"))
        report = case.audit()
        assert (report.total, report.size, report.covered) == (0, SIZE + 1, SIZE)
        ledger.append(draft("and more"))


def test_the_audit_knows_every_version_of_the_layout() -> None:
    """Word for word, for it derives nothing from the writer: a new migration needs its line in `layout`."""
    known = [(one.name, sorted(one.statements.values())) for one in layout.VERSIONS]
    assert known == [(one.name, sorted(map(layout.digest, one.statements))) for one in schema.MIGRATIONS]


def test_the_audit_does_not_know_the_writer() -> None:
    program = "import sys, service.audit; print(*(m for m in sys.modules if m.startswith('service.')))"
    command = [sys.executable, "-c", program]
    modules = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert {module.split(".")[1] for module in modules} == {"audit", "proofs"}
