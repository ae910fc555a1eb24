"""What an audit says of a ledger as it was written, and of what is none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service import audit
from service.audit import Finding, Row, Unreadable
from service.ledger import Ledger
from tests.audit.conftest import SIZE
from tests.audit.helpers import Case, owner
from tests.ledger.helpers import ROOT, draft


def test_a_ledger_as_it_was_written(case: Case) -> None:
    report = case.audit()
    assert (report.findings, report.total, report.first_bad) == ((), 0, None)
    assert (report.size, report.checkpoints, report.covered) == (SIZE, 2, SIZE)
    with Ledger.open(case.ledger) as ledger:
        assert report.root == ledger.head.root


def test_the_control_changes_nothing(case: Case) -> None:
    """Triggers dropped and put back, rows as they were: what the other tests find is what they change."""
    with owner(case.ledger):
        pass
    assert case.audit().total == 0


def test_a_ledger_in_use_is_audited(case: Case, tmp_path: Path) -> None:
    with Ledger.open(case.ledger) as ledger:
        ledger.append(draft("more"))
        report = case.audit()
        assert (report.total, report.size, report.covered) == (0, SIZE + 1, SIZE)
        ledger.append(draft("and more"))


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
        connection.execute("DELETE FROM nodes WHERE leaf_index = 1")
    report = audit.run(path)
    assert (report.total, report.first_bad, len(report.findings)) == (148, 1, 100)


class EveryThird:
    """A check as another part of the product may bring it."""

    def __init__(self) -> None:
        self.seen = 0

    def look(self, row: Row) -> str | None:
        self.seen += 1
        return "it is a third" if row.document["index"] % 3 == 2 else None

    def end(self, size: int, root: bytes) -> Iterator[Finding]:
        yield Finding(None, f"{self.seen} of {size} seen under {root.hex()[:4]}")


class Stumbling(EveryThird):
    """A check that an entry brings down."""

    def look(self, row: Row) -> str | None:
        return str(row.document["content"]["no such member"])


def test_a_further_check(case: Case) -> None:
    report = audit.run(case.ledger, checks=[EveryThird()])
    third = [f"entry {index}: it is a third" for index in (2, 5, 8, 11)]
    assert [str(one) for one in report.findings] == [f"13 of 13 seen under {report.root.hex()[:4]}", *third]


def test_a_check_that_stumbles_keeps_no_other_from_looking(case: Case) -> None:
    third = EveryThird()
    report = audit.run(case.ledger, checks=[Stumbling(), third])
    assert third.seen == SIZE
    assert str(report.findings[2]) == "entry 0: it says what no entry says: KeyError: 'no such member'"
    assert report.root == audit.run(case.ledger).root


def test_the_audit_does_not_know_the_writer() -> None:
    program = "import sys, service.audit; print(*(m for m in sys.modules if m.startswith('service.')))"
    command = [sys.executable, "-c", program]
    modules = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert {module.split(".")[1] for module in modules} == {"audit", "proofs"}
