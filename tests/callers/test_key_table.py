"""Keys as a process knows them."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest

from service.callers.guard import Guard
from service.callers.key_file import Key, KeyFile
from service.callers.key_table import CADENCE, USE, KeyTable
from service.callers.scopes import Role
from service.problems import Refusal
from tests.callers.conftest import refused
from tests.service.conftest import StoppedClock

Make = Callable[..., tuple[Key, str]]


def test_a_new_key_is_known_within_a_second(guard: Guard, make: Make, clock: StoppedClock) -> None:
    made, text = make()
    assert refused(guard, f"Bearer {text}") == "unknown-key"
    clock.moment += CADENCE
    assert guard.admit(f"Bearer {text}", "", "").id == made.id


def test_a_revoked_key_is_refused_within_a_second(file: KeyFile, make: Make, clock: StoppedClock) -> None:
    made, text = make()
    table = KeyTable(file, clock)
    assert table.caller(text).id == made.id
    file.revoke(made.id, clock.now())
    clock.moment += CADENCE
    with pytest.raises(Refusal) as raised:
        table.caller(text)
    assert raised.value.faults[0].complaint.code == "revoked-key"


def test_a_key_ends_when_it_expires(guard: Guard, make: Make, clock: StoppedClock) -> None:
    _, text = make(expires=clock.now() + dt.timedelta(seconds=10))
    clock.moment += dt.timedelta(seconds=9.999999)
    guard.admit(f"Bearer {text}", "", "")
    clock.moment += dt.timedelta(microseconds=1)
    assert refused(guard, f"Bearer {text}") == "expired-key"


def test_a_clock_that_goes_back_is_no_excuse(file: KeyFile, make: Make, clock: StoppedClock) -> None:
    made, text = make()
    table = KeyTable(file, clock)
    file.revoke(made.id, clock.now())
    clock.moment -= dt.timedelta(hours=1)
    with pytest.raises(Refusal):
        table.caller(text)


@pytest.mark.parametrize("broken", [b"", b"this is no database" * 100])
def test_who_is_unknown_cannot_be_told_from_a_broken_file(
    file: KeyFile, make: Make, clock: StoppedClock, broken: bytes
) -> None:
    _, text = make()
    table = KeyTable(file, clock)
    file.path.write_bytes(broken)
    clock.moment += CADENCE
    with pytest.raises(Refusal) as raised:
        table.caller(text)
    assert raised.value.kind.status == (503 if broken else 401)


def test_a_file_that_is_gone_lets_nobody_in(file: KeyFile, make: Make, clock: StoppedClock) -> None:
    _, text = make()
    table = KeyTable(file, clock)
    file.path.unlink()
    clock.moment += CADENCE
    with pytest.raises(Refusal):
        table.caller(text)


def test_last_use_is_noted_once_a_minute(
    file: KeyFile, make: Make, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, text = make()
    noted: list[Any] = []
    used = file.used
    monkeypatch.setattr(file, "used", lambda times: (noted.append(times), used(times)))
    table = KeyTable(file, clock)
    start = clock.moment
    for second in range(0, 121, 10):
        clock.moment = start + dt.timedelta(seconds=second)
        table.caller(text)
        table.note_use()
    assert [moment - start for times in noted for moment in times.values()] == [USE * 0, USE, USE * 2]
    assert file.every()[0].last_used == clock.now()


def test_a_file_that_cannot_be_written_stops_nobody(
    file: KeyFile, make: Make, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, text = make()
    table = KeyTable(file, clock)
    table.caller(text)
    with monkeypatch.context() as broken:
        broken.setattr(file, "used", lambda _: (_ for _ in ()).throw(OSError("read-only file system")))
        table.note_use()
    table.close()
    assert file.every()[0].last_used == clock.now()


def test_many_threads_at_once(file: KeyFile, make: Make, clock: StoppedClock) -> None:
    made, text = make(Role.ADMINISTRATOR)
    table = KeyTable(file, clock)
    found: list[str] = []

    def ask() -> None:
        for _ in range(50):
            clock.moment += CADENCE
            found.append(table.caller(text).id)
            table.note_use()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [made.id] * 200
