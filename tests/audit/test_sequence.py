"""Rows deleted, swapped, inserted, the tail cut, the file rolled back: all found, and where."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from service import audit
from service.ledger import Ledger, Log, Places
from tests.audit.conftest import SIZE
from tests.audit.helpers import Case, owner, rebuild
from tests.ledger.helpers import draft


@pytest.mark.parametrize("index", range(SIZE))
def test_deleted(case: Case, index: int) -> None:
    with owner(case.ledger) as connection:
        for table in ("entries", "nodes"):
            connection.execute(f"DELETE FROM {table} WHERE leaf_index = ?", (index,))
    report = case.audit()
    assert report.first_bad == index
    with owner(case.ledger) as connection:  # and the tree made anew over what is left
        rebuild(connection)
    assert case.audit().first_bad == index


@pytest.mark.parametrize("pair", list(itertools.combinations(range(0, SIZE, 3), 2)))
def test_swapped(case: Case, pair: tuple[int, int]) -> None:
    with owner(case.ledger) as connection:
        for old, new in ((pair[0], -9), (pair[1], pair[0]), (-9, pair[1])):
            connection.execute("UPDATE entries SET leaf_index = ? WHERE leaf_index = ?", (new, old))
        rebuild(connection)
    report = case.audit()
    assert report.first_bad == pair[0]
    assert any(f"its bytes are those of entry {pair[1]}" in str(one) for one in report.findings)


@pytest.mark.parametrize("index", [0, 4, 7, 12])
def test_inserted(case: Case, index: int) -> None:
    """An entry pushed in, all later ones numbered anew in their columns."""
    with owner(case.ledger) as connection:
        connection.execute("UPDATE entries SET leaf_index = -leaf_index - 2 WHERE leaf_index >= ?", (index,))
        connection.execute("UPDATE entries SET leaf_index = -leaf_index - 1 WHERE leaf_index < 0")
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
        for table in ("entries", "nodes"):
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
