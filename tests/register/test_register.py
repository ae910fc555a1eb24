"""The register follows the log, starts anew under another one, and is never behind its answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from service.decide import DecisionService
from service.ledger import Ledger, LedgerClosed
from service.register import FileEntries, Filters, LedgerEntries, Register, UnreadableLedger
from service.register.take import due_key


def test_what_was_appended_is_in_the_next_answer(
    service: DecisionService, ledger: Ledger, order: dict[str, Any], tmp_path: Path
) -> None:
    register = Register(LedgerEntries(ledger), tmp_path / "register.sqlite")
    for count in range(1, 4):
        service.submit(order)
        tally = register.tallies().rule("R-1")
        assert (tally.decisions, tally.last_at) == (count, "2026-11-23T07:20:31.123456Z")
        assert tally.last_decision is not None
        assert ledger.get(tally.last_decision) is not None
    assert register.tallies().rule("S-2").decisions == 0
    assert register.tallies().clause("第三条").decisions == 3
    register.close()


def test_a_file_goes_on_where_it_was(
    service: DecisionService, ledger: Ledger, order: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "register.sqlite"
    service.submit(order)
    first = Register(LedgerEntries(ledger), path)
    first.catch_up()
    first.close()
    assert path.stat().st_mode & 0o777 == 0o600
    service.submit(order)
    both = [Register(LedgerEntries(ledger), path), Register(LedgerEntries(ledger))]
    assert both[0].tallies() == both[1].tallies()
    assert both[0].obligations(Filters()) == both[1].obligations(Filters())


def test_another_log_or_a_broken_file_starts_it_anew(
    service: DecisionService, ledger: Ledger, order: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "register.sqlite"
    service.submit(order)
    register = Register(LedgerEntries(ledger), path)
    assert register.tallies().rules
    register.close()
    with Ledger.open(tmp_path / "other.sqlite") as other:
        assert Register(LedgerEntries(other), path).tallies().rules == {}
    path.write_bytes(b"not a database, " * 100)
    assert Register(LedgerEntries(ledger), path).tallies().rule("R-1").decisions == 1


def test_one_that_is_closed_before_anybody_asks_makes_no_file(ledger: Ledger, tmp_path: Path) -> None:
    register = Register(LedgerEntries(ledger), tmp_path / "register.sqlite")
    register.close()
    with pytest.raises(LedgerClosed):
        register.catch_up()
    assert not (tmp_path / "register.sqlite").exists()


def test_a_file_of_the_ledger_is_read_beside_the_service(
    service: DecisionService, ledger: Ledger, order: dict[str, Any], tmp_path: Path
) -> None:
    for _ in range(3):
        service.submit(order)
    beside = FileEntries(tmp_path / "ledger.sqlite")
    assert Register(beside).tallies() == Register(LedgerEntries(ledger)).tallies()
    beside.close()
    with pytest.raises(UnreadableLedger):
        FileEntries(tmp_path / "nowhere.sqlite")
    (tmp_path / "text").write_text("no ledger")
    with pytest.raises(UnreadableLedger):
        FileEntries(tmp_path / "text")


def test_more_entries_than_one_transaction_takes(
    service: DecisionService, ledger: Ledger, order: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.register.register._STRIDE", 2)
    for _ in range(7):
        service.submit(order)
    assert Register(LedgerEntries(ledger)).tallies().rule("R-1").decisions == 7


def test_only_rules_that_fired_for_certain_count(
    service: DecisionService, ledger: Ledger, order: dict[str, Any]
) -> None:
    service.submit({**order, "decide": ["size"], "facts": {"order": {"count": 1}}})
    assert Register(LedgerEntries(ledger)).tallies().rules == {}


def test_deadlines_stand_in_the_order_of_time() -> None:
    times = ["2026-11-23T09:00:00+08:00", "2026-11-23T23:59:59+08:00", "2026-11-23", "2026-11-24T00:00:00+08:00", None]
    keys = [due_key(time) for time in times]
    assert keys == sorted(keys)
