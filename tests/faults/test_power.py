"""A power cut at any moment: whatever was not synced may be lost, whole, in part, or out of order.

One run of the worker is recorded, every write and sync with its bytes. From the record the disk is made
anew as it could have been at each moment: what was synced, and of the rest nothing, all, or a part by chance,
down to single sectors of 512 bytes. Each such disk is opened, and holds all that was acknowledged by then.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from service.ledger import Ledger
from tests.faults.conftest import EVERYTHING, acknowledged, judge, traced

SECTOR = 512
_CALL = re.compile(r'^\d+ +(\w+)\((\d+)<(.*?)>(?:, "((?:\\x[0-9a-f]{2})*)")?(?:, (\d+))?(?:, (\d+))?\) += (\d+)$')

_UNLINK = re.compile(r'^\d+ +unlink\("((?:\\x[0-9a-f]{2})*)"\) += 0$')


class Call(NamedTuple):
    """A recorded call: `write`, `sync`, `cut` or `unlink` of a file, `settle` of the folder, or an entry `told`."""

    kind: str
    file: str
    data: bytes = b""
    place: int = 0


class Disk:
    """One file: what is certainly on the disk, and what was written since the last sync."""

    def __init__(self) -> None:
        self.safe: bytes | None = b""
        self.pending: list[Call] = []

    def sync(self) -> None:
        self.safe = self.after(self.pending)
        self.pending = []

    def after(self, calls: list[Call]) -> bytes | None:
        """Its bytes, None if it is gone."""
        found = bytearray(self.safe or b"")
        gone = self.safe is None and not calls
        for call in calls:
            gone = call.kind == "unlink"
            if gone:
                found = bytearray()
            elif call.kind == "cut":
                found[call.place :] = bytes(max(0, call.place - len(found)))
            else:
                found.extend(bytes(max(0, call.place - len(found))))
                found[call.place : call.place + len(call.data)] = call.data
        return None if gone else bytes(found)

    def sectors(self) -> list[Call]:
        """The pending writes, each in parts that a disk writes as one."""
        return [
            part
            for call in self.pending
            for part in (
                [call]
                if call.kind != "write"
                else [
                    Call("write", call.file, call.data[start : start + SECTOR], call.place + start)
                    for start in range(0, len(call.data), SECTOR)
                ]
            )
        ]


def recorded(path: Path) -> list[Call]:
    trace = path.with_name("trace")
    calls = "trace=pwrite64,write,fdatasync,fsync,ftruncate,unlink"
    said = traced(path, "-y", "-xx", "-s", "200000", "-e", calls, "-o", str(trace))
    assert said[-1] == "closed"
    found = list(_calls(trace.read_text(), str(path.parent), path.name))
    assert [call.file for call in found if call.kind == "told"] == acknowledged(said)
    return found


def _calls(trace: str, folder: str, name: str) -> Iterator[Call]:
    for line in trace.splitlines():
        if (unlinked := _UNLINK.match(line)) is not None:
            yield Call("unlink", bytes.fromhex(unlinked[1].replace("\\x", "")).decode().rpartition("/")[2])
            continue
        if (match := _CALL.match(line)) is None:
            assert "resumed" not in line, line  # one thread: no call is told in two parts
            continue
        call, descriptor, shown, text, count, place, _ = match.groups()
        where = bytes.fromhex(shown.replace("\\x", "")).decode() if shown.startswith("\\x") else shown
        file, data = where.rpartition("/")[2], bytes.fromhex((text or "").replace("\\x", ""))
        if call == "write" and descriptor == "1":
            if data.startswith(b"acknowledged "):
                yield Call("told", data.split()[1].decode())
        elif where == folder and call in ("fdatasync", "fsync"):
            yield Call("settle", "")
        elif not file.startswith(name) or file.endswith((".lock", "-shm")):
            continue
        elif call in ("fdatasync", "fsync"):
            yield Call("sync", file)
        elif call == "ftruncate":
            yield Call("cut", file, place=int(count))
        else:
            yield Call("write", file, data, int(place))


def moments(calls: list[Call], syncs: bool = True) -> Iterator[tuple[dict[str, Disk], list[str], str]]:
    """After each call: the disk, what was acknowledged by then, and the kind of the call."""
    disks: dict[str, Disk] = {}
    told: list[str] = []
    for call in calls:
        if call.kind == "told":
            told.append(call.file)
        elif call.kind == "settle":  # names are on the disk: what was unlinked stays so
            for disk in disks.values():
                if syncs and disk.pending and disk.pending[-1].kind == "unlink":
                    disk.sync()
        else:
            disk = disks.setdefault(call.file, Disk())
            if call.kind != "sync":
                disk.pending.append(call)
            elif syncs:
                disk.sync()
        yield disks, told, call.kind


def states(disks: dict[str, Disk], chance: random.Random) -> Iterator[dict[str, bytes | None]]:
    """Disks that a power cut now may leave."""
    yield {name: disk.safe for name, disk in disks.items()}
    yield {name: disk.after(disk.pending) for name, disk in disks.items()}
    for _ in range(4 if EVERYTHING else 1):
        yield {
            name: disk.after([part for part in disk.sectors() if chance.random() < 0.5])
            for name, disk in disks.items()
        }


def made(folder: Path, state: dict[str, bytes | None]) -> Path:
    folder.mkdir()
    for name, data in state.items():
        if data is not None:
            (folder / name).write_bytes(data)
    return folder / "ledger.db"


def test_nothing_acknowledged_is_lost_by_a_power_cut(tmp_path: Path) -> None:
    chance = random.Random(6962)
    calls = recorded(tmp_path / "ledger.db")
    assert {call.kind for call in calls} >= {"write", "sync", "told"}
    assert {call.file for call in calls if call.kind == "write"} >= {"ledger.db", "ledger.db-wal"}
    count = 0
    for number, (disks, told, kind) in enumerate(moments(calls)):
        if not EVERYTHING and kind != "told" and number % 15:
            continue
        for variant, state in enumerate(states(disks, chance)):
            assert judge(made(tmp_path / f"{number}-{variant}", state), told) <= len(told) + 1
            count += 1
    assert count > 30


def test_the_control_without_syncs_loses(tmp_path: Path) -> None:
    """The same record on a disk that syncs nothing: if nothing were lost there, the test above would prove nothing."""
    calls = recorded(tmp_path / "ledger.db")
    *_, (disks, told, _) = moments(calls, syncs=False)
    assert len(told) == 12
    path = made(tmp_path / "lost", {name: disk.safe for name, disk in disks.items()})
    with Ledger.open(path) as ledger:
        assert ledger.size == 0
    with pytest.raises(AssertionError):
        judge(path, told)
