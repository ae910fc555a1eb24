"""The tree in the file: that of the RFC at every size, grown with its entries, made for files without one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from service.ledger import Ledger, LedgerDamaged, schema
from service.proofs.merkle import EMPTY_ROOT, verify_consistency, verify_inclusion
from tests.ledger.helpers import draft, raw
from tests.proofs import reference

SIZE = 40


def leaves(path: Path) -> list[bytes]:
    return [row[0] for row in raw(path, "SELECT canonical FROM entries ORDER BY leaf_index")]


def test_the_head_is_that_of_the_rfc_at_every_size(ledger: Ledger, path: Path) -> None:
    assert ledger.head.root == EMPTY_ROOT
    roots = []
    for number in range(SIZE):
        ledger.append(draft(f"D-{number}"))
        roots.append(ledger.head.root)
    entries = leaves(path)
    assert roots == [reference.mth(entries[: size + 1]) for size in range(SIZE)]
    assert [ledger.root_at(size + 1) for size in range(SIZE)] == roots


def test_every_proof_verifies_while_the_ledger_grows_and_after(ledger: Ledger, path: Path) -> None:
    roots = [EMPTY_ROOT]
    for number in range(SIZE):
        entry = ledger.append(draft(f"D-{number}")).entry
        roots.append(ledger.head.root)
        verify_inclusion(number, number + 1, entry.leaf_hash, ledger.inclusion_proof(number, number + 1), roots[-1])
    entries = leaves(path)
    for size in range(1, SIZE + 1):
        for old in range(1, size + 1):
            proof = ledger.consistency_proof(old, size)
            assert proof == reference.proof(old, entries[:size])
            verify_consistency(old, size, proof, roots[old], roots[size])
            assert ledger.inclusion_proof(old - 1, size) == reference.path(old - 1, entries[:size])


def test_a_reopened_ledger_has_the_same_tree(path: Path) -> None:
    for number in range(SIZE):
        with Ledger.open(path) as ledger:
            assert ledger.head.size == number
            ledger.append(draft(f"D-{number}"))
            head = ledger.head
        with Ledger.open(path) as ledger:
            assert ledger.head == head
    assert head.root == reference.mth(leaves(path))


def test_there_is_no_proof_beyond_the_ledger(ledger: Ledger) -> None:
    ledger.append(draft())
    asked = (lambda: ledger.inclusion_proof(0, 2), lambda: ledger.consistency_proof(1, 2), lambda: ledger.root_at(2))
    for ask in asked:
        with pytest.raises(ValueError, match="has 1 entries, not 2"):
            ask()
    assert ledger.at(1) is None
    entry = ledger.at(0)
    assert entry is not None
    assert entry.entry_id == "D-1"


@pytest.fixture
def old(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file as version 1 of the layout left it: entries, no tree."""
    with Ledger.open(path) as ledger:
        for number in range(SIZE + 1):
            ledger.append(draft(f"D-{number}"))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TABLE nodes")
        connection.execute("DROP TRIGGER migrations_no_delete")
        connection.execute("DELETE FROM migrations WHERE version = 2")
        (guard,) = (sql for sql in schema.MIGRATIONS[0].statements if "migrations_no_delete" in sql)
        connection.execute(guard)
        assert schema.check_schema(connection) == 1
    return path


def test_a_file_without_a_tree_is_given_one(old: Path) -> None:
    with Ledger.open(old) as ledger:
        ledger.append(draft("more"))
        assert ledger.head.root == reference.mth(leaves(old))
        assert ledger.consistency_proof(33, 42) == reference.proof(33, leaves(old))


def test_a_file_whose_entries_were_changed_is_given_no_tree(old: Path) -> None:
    (guard,) = (sql for sql in schema.MIGRATIONS[0].statements if "entries_no_update" in sql)
    raw(old, "DROP TRIGGER entries_no_update")
    raw(old, "UPDATE entries SET canonical = x'7b7d' WHERE leaf_index = 7")
    raw(old, guard)
    for _ in range(2):
        with pytest.raises(LedgerDamaged, match="entry 7 is not as it was written"):
            Ledger.open(old)
    assert raw(old, "SELECT count(*) FROM migrations") == [(1,)]


@pytest.mark.parametrize("row", [1, 39])
def test_missing_nodes_are_found_at_the_start(path: Path, row: int) -> None:
    with Ledger.open(path) as ledger:
        for number in range(SIZE):
            ledger.append(draft(f"D-{number}"))
    raw(path, "DROP TRIGGER nodes_no_delete")
    raw(path, "DELETE FROM nodes WHERE leaf_index = ?", row)
    (guard,) = (sql for sql in schema.MIGRATIONS[1].statements if "nodes_no_delete" in sql)
    raw(path, guard)
    with pytest.raises(LedgerDamaged, match="the tree is not that of 40 entries"):
        Ledger.open(path)
