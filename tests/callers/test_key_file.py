"""The file of keys."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import sqlite3
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from service.callers.issue import IssueError, issue
from service.callers.key_file import Key, KeyFile
from service.callers.rates import RateError
from service.callers.scopes import SCOPES_OF, Role, Scope
from service.clock import SystemClock
from tests.service.conftest import StoppedClock

Make = Callable[..., tuple[Key, str]]


def test_a_key_is_found_as_it_was_made(file: KeyFile, make: Make, clock: StoppedClock) -> None:
    expires = clock.now() + dt.timedelta(days=1)
    made, _ = make(Role.COMPLIANCE, scopes=frozenset({Scope.SIMULATE}), expires=expires, rate="5/second")
    assert list(file.every()) == [made]


def test_only_the_hash_is_kept(file: KeyFile, make: Make) -> None:
    _, text = make()
    assert text[13:].encode() not in file.path.read_bytes()


def test_the_file_is_its_owners_alone(file: KeyFile, make: Make) -> None:
    make()
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_it_has_a_rollback_journal(file: KeyFile, make: Make) -> None:
    make()
    connection = sqlite3.connect(file.path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_without_a_file_there_are_no_keys(file: KeyFile, clock: StoppedClock) -> None:
    assert (file.every(), file.stamp(), file.revoke("x", clock.now())) == ((), None, None)
    assert not file.path.exists()


def test_a_key_is_revoked_once(file: KeyFile, make: Make, clock: StoppedClock) -> None:
    made, _ = make()
    first = clock.now()
    assert file.revoke("00000000", first) is None
    file.revoke(made.id, first)
    revoked = file.revoke(made.id, first + dt.timedelta(hours=1))
    assert revoked is not None
    assert (revoked.revoked, revoked.status(first)) == (first, "revoked")


def test_every_change_has_another_stamp(file: KeyFile, make: Make, clock: StoppedClock) -> None:
    stamps = [file.stamp()]
    for _ in range(5):
        made, _text = make()
        stamps.append(file.stamp())
        file.revoke(made.id, clock.now())
        stamps.append(file.stamp())
    assert len(set(stamps)) == len(stamps)


def test_last_use_does_not_go_back(file: KeyFile, make: Make, clock: StoppedClock) -> None:
    made, _ = make()
    file.used({made.id: clock.now()})
    file.used({made.id: clock.now() - dt.timedelta(hours=1)})
    assert file.every()[0].last_used == clock.now()


def _add(folder: Path) -> str:
    return issue(KeyFile(folder), "one of many", Role.INTEGRATOR, SystemClock().now())[0].id


def test_many_processes_add_keys(tmp_path: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        ids = set(pool.map(_add, [tmp_path] * 9))
    assert {key.id for key in KeyFile(tmp_path).every()} == ids


@pytest.mark.parametrize("role", Role)
def test_a_key_has_the_scopes_of_its_role(make: Make, role: Role) -> None:
    assert make(role)[0].scopes == SCOPES_OF[role]


def test_an_auditor_cannot_decide(make: Make) -> None:
    with pytest.raises(IssueError, match="the role auditor does not bring the scope decide, only read_log"):
        make(Role.AUDITOR, scopes=frozenset({Scope.DECIDE}))


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 101])
def test_a_name_must_be_readable(file: KeyFile, clock: StoppedClock, name: str) -> None:
    with pytest.raises(IssueError, match="the name"):
        issue(file, name, Role.AUDITOR, clock.now())


def test_a_key_cannot_be_born_dead(make: Make, clock: StoppedClock) -> None:
    with pytest.raises(IssueError, match="expired before"):
        make(expires=clock.now())


@pytest.mark.parametrize("rate", ["", "often", "0/minute", "-1/minute", "1/fortnight", "5"])
def test_a_rate_must_be_one(make: Make, rate: str) -> None:
    with pytest.raises(RateError, match="write it as in"):
        make(rate=rate)
