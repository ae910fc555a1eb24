"""Checkpoints, receipts, and the file that a later start is held against."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from service.ledger import Ledger, LedgerDamaged, LedgerFailed, LedgerUnreadable, LedgerUnsupported, Log, Places, log
from service.ledger.entry import Entry
from service.proofs import receipt
from service.proofs.checkpoint import Checkpoint, open_checkpoint, split_notes
from service.proofs.merkle import EMPTY_ROOT, leaf_hash
from service.proofs.notes import Signer
from tests.ledger.helpers import draft


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "ledger.db", tmp_path / "key", "log.example", tmp_path / "kept" / "checkpoints")


def kept(places: Places, signed: Log) -> list[Checkpoint]:
    assert places.checkpoints is not None
    with places.checkpoints.open("rb") as file:
        return [open_checkpoint(note, signed.key) for _, note in split_notes(file)]


def fill(signed: Log, count: int) -> list[Entry]:
    return [signed.ledger.append(draft(f"D-{signed.ledger.size}")).entry for _ in range(count)]


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_checkpoint_covers_what_is_acknowledged(places: Places) -> None:
    signed = Log.open(places, {})
    assert open_checkpoint(signed.checkpoint().encode(), signed.key) == Checkpoint("log.example", 0, EMPTY_ROOT)
    (entry,) = fill(signed, 1)
    assert open_checkpoint(signed.checkpoint().encode(), signed.key) == Checkpoint("log.example", 1, entry.leaf_hash)
    assert signed.checkpoint() is signed.checkpoint()  # one signature a size
    signed.close()
    signed.close()


def test_every_receipt_verifies_at_every_size(places: Places) -> None:
    signed = Log.open(places, {})
    entries: list[Entry] = []
    for size in range(1, 20):
        entries += fill(signed, 1)
        for entry in entries:
            found = receipt.parse(signed.receipt(entry).text.encode())
            assert (found.verify(signed.key).size, found.extra) == (size, entry.canonical)
    signed.close()


def test_an_entry_that_is_not_acknowledged_has_no_receipt(places: Places) -> None:
    signed = Log.open(places, {})
    with pytest.raises(LedgerUnreadable, match="not acknowledged"):
        signed.receipt(Entry(0, leaf_hash(b"{}"), b"{}"))
    signed.close()


def test_a_stopped_ledger_vouches_for_nothing(places: Places) -> None:
    signed = Log.open(places, {})
    (entry,) = fill(signed, 1)
    signed.checkpoint()
    signed.ledger.stop(OSError("gone"))
    for ask in (signed.checkpoint, lambda: signed.receipt(entry)):
        with pytest.raises(LedgerFailed, match="gone"):
            ask()
    signed.close()
    assert kept(places, signed) == []


def test_checkpoints_are_kept_now_and_then_and_at_the_end(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "CADENCE", 0.02)
    signed = Log.open(places, {})
    signed.start()
    fill(signed, 3)
    until(lambda: [one.size for one in kept(places, signed)][-1:] == [3])
    count = len(kept(places, signed))
    time.sleep(0.1)
    assert len(kept(places, signed)) == count  # nothing new, nothing written
    fill(signed, 2)
    signed.close()
    sizes = [one.size for one in kept(places, signed)]
    assert sizes[-1] == 5
    assert sizes == sorted(set(sizes))
    assert places.checkpoints is not None
    assert places.checkpoints.stat().st_mode & 0o777 == 0o600


def test_a_checkpoint_that_cannot_be_kept_stops_the_ledger(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "CADENCE", 0.01)
    signed = Log.open(places, {})
    assert signed._file is not None

    def full(_: str) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(signed._file, "append", full)
    signed.start()
    fill(signed, 1)
    until(lambda: not signed.ledger.healthy)
    with pytest.raises(LedgerFailed, match="no space left"):
        fill(signed, 1)
    signed.close()


def restarted(places: Places, count: int) -> None:
    signed = Log.open(places, {})
    fill(signed, count)
    signed.close()


def test_a_ledger_from_an_old_copy_does_not_start(places: Places) -> None:
    restarted(places, 3)
    old = places.ledger.with_name("copy.db")
    shutil.copy(places.ledger, old)
    restarted(places, 2)
    shutil.copy(old, places.ledger)
    with pytest.raises(LedgerDamaged, match=r"has 3 entries, but a checkpoint in .* was made over 5"):
        Log.open(places, {})


def test_another_history_does_not_start(places: Places) -> None:
    restarted(places, 3)
    places.ledger.unlink()
    with Ledger.open(places.ledger) as ledger:
        for number in range(5):
            ledger.append(draft(f"other-{number}"))
    with pytest.raises(LedgerDamaged, match="the first 3 entries are not those of the last checkpoint"):
        Log.open(places, {})


@pytest.mark.parametrize("cut", range(1, 200, 7))
def test_an_unfinished_checkpoint_is_taken_off(places: Places, cut: int) -> None:
    """Whatever a power cut leaves of the last note, the next start goes on after the last whole one."""
    restarted(places, 2)
    assert places.checkpoints is not None
    first = places.checkpoints.read_bytes()
    restarted(places, 1)
    whole = places.checkpoints.read_bytes()
    end = min(len(first) + cut, len(whole) - 1)
    places.checkpoints.write_bytes(whole[:end])
    signed = Log.open(places, {})
    assert [one.size for one in kept(places, signed)] == [2]
    signed.close()
    assert [one.size for one in kept(places, signed)] == [2, 3]


@pytest.mark.parametrize("text", ["my notes\n", "x", "a\n\nb\n\n", "— x y\n\n", "x" * 100_000])
def test_a_file_that_holds_no_checkpoints_is_left_alone(places: Places, text: str) -> None:
    assert places.checkpoints is not None
    places.checkpoints.parent.mkdir()
    places.checkpoints.write_text(text)
    with pytest.raises(LedgerDamaged):
        Log.open(places, {})
    assert places.checkpoints.read_text() == text


def test_checkpoints_of_another_key_do_not_fit(places: Places) -> None:
    restarted(places, 2)
    places.key.unlink()
    with pytest.raises(LedgerDamaged, match="is not one of this log"):
        Log.open(places, {})


def test_a_file_that_cannot_be_opened_is_told(places: Places) -> None:
    where = Places(places.ledger, places.key, places.origin, Path(os.devnull) / "x")
    with pytest.raises(LedgerUnsupported, match="no checkpoint can be kept"):
        Log.open(where, {})
    Log.open(places, {}).close()


def test_a_last_checkpoint_is_found_in_a_long_file(places: Places) -> None:
    restarted(places, 1)
    assert places.checkpoints is not None
    note = places.checkpoints.read_bytes()
    places.checkpoints.write_bytes(note * 1000)
    signed = Log.open(places, {})
    assert signed._kept == 1
    signed.close()
    assert Signer("x", bytes(32)).key != signed.key
