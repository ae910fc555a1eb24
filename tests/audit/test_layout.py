"""Tables, indexes and triggers, statement by statement."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from service.audit import Unreadable, layout
from service.ledger import schema
from tests.audit.helpers import Case


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


def test_the_audit_knows_every_version_of_the_layout() -> None:
    """Word for word, for it derives nothing from the writer: a new migration needs its line in `layout`."""
    known = [(one.name, sorted(one.statements.values())) for one in layout.VERSIONS]
    assert known == [(one.name, sorted(map(layout.digest, one.statements))) for one in schema.MIGRATIONS]
