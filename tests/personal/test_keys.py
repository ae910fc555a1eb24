"""The table of keys: one living key an owner, durable, shared, and not a byte of it left once it is destroyed."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from service.personal import Destroyed, KeysUnusable, Owner, SubjectKeys
from service.personal import keys as module

AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
P1 = Owner("subject", "P-1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.sqlite"


def test_an_owner_has_one_key_until_it_is_destroyed(path: Path) -> None:
    keys = SubjectKeys.open(path)
    first = keys.of(P1)
    assert keys.of(P1) == first != keys.of(Owner("decision", "P-1"))
    assert keys.destroy(first.key_id, AT)
    assert keys.secret(first.key_id) is None
    assert keys.of(P1).key_id != first.key_id
    assert not keys.destroy(first.key_id, AT)


def test_what_is_destroyed_waits_to_be_recorded(path: Path) -> None:
    keys = SubjectKeys.open(path)
    key = keys.of(P1)
    keys.destroy(key.key_id, AT)
    keys.close()
    again = SubjectKeys.open(path)
    assert again.unrecorded() == (Destroyed(key.key_id, P1, AT),)
    again.record(key.key_id)
    assert again.unrecorded() == ()


def test_several_processes_and_threads_get_the_same_key(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from service.personal import Owner, SubjectKeys\n"
        "keys = SubjectKeys.open(Path(sys.argv[1])); sys.stdin.readline()\n"
        "print(keys.of(Owner('subject', 'P-1')).secret.hex())"
    )
    command, pipe = [sys.executable, "-c", script, str(path)], subprocess.PIPE
    racers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    keys, seen = SubjectKeys.open(path), set()
    threads = [threading.Thread(target=lambda: seen.add(keys.of(P1).secret.hex())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for racer in racers:
        seen.add(racer.communicate("go\n")[0].strip())
    for thread in threads:
        thread.join()
    assert seen == {keys.of(P1).secret.hex()}


def test_no_process_uses_a_key_that_another_destroyed(path: Path) -> None:
    one, other = SubjectKeys.open(path), SubjectKeys.open(path)
    key = one.of(P1)
    assert other.of(P1) == key
    one.destroy(key.key_id, AT)
    assert other.secret(key.key_id) is None
    assert other.of(P1) != key


def test_no_copy_of_a_key_is_left_anywhere(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough keys for a tree of many pages: each living one stands once in the file, a destroyed one nowhere."""
    hurried = [(name, "OFF", 0) if name == "synchronous" else (name, *rest) for name, *rest in module._SETTINGS]
    monkeypatch.setattr(module, "_SETTINGS", hurried)  # what is written is the same
    keys = SubjectKeys.open(path)
    made = {name: keys.of(Owner("subject", f"{name:0{3 + name % 50}}")) for name in range(1200)}
    gone = {name for name in made if name % 3 == 0 or 400 < name < 600}
    for name in gone:
        keys.destroy(made[name].key_id, AT)
        if name % 2:
            keys.record(made[name].key_id)
    later = [keys.of(Owner("subject", f"{name:0{3 + name % 50}}")) for name in sorted(gone)[:200]]
    data = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert {data.count(key.secret) for name, key in made.items() if name not in gone} == {1}
    assert {data.count(made[name].secret) for name in gone} == {0}
    assert {data.count(key.secret) for key in later} == {1}


def test_a_killed_erasure_leaves_the_key_or_nothing_of_it(path: Path) -> None:
    """Killed before the commit, the next start brings the key back whole from the journal."""
    script = (
        "import os, signal, sys, datetime as dt; from pathlib import Path\n"
        "from service.personal import Owner, SubjectKeys\n"
        "keys = SubjectKeys.open(Path(sys.argv[1])); key = keys.of(Owner('subject', 'P-1'))\n"
        "print(key.key_id, key.secret.hex(), flush=True)\n"
        "kill = lambda sql: os.kill(os.getpid(), signal.SIGKILL) if sql == 'COMMIT' else None\n"
        "keys._connection.execute('PRAGMA cache_spill = 1'); keys._connection.set_trace_callback(kill)\n"
        "keys.destroy(key.key_id, dt.datetime.now(dt.UTC))"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)
    key_id, secret = ended.stdout.split()
    assert ended.returncode == -9
    assert SubjectKeys.open(path).secret(key_id) == bytes.fromhex(secret)


def test_the_file_is_for_its_owner_alone(path: Path) -> None:
    SubjectKeys.open(path).of(P1)
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    os.chmod(path, 0o640)
    with pytest.raises(KeysUnusable, match="make the file 0600"):
        SubjectKeys.open(path)


@pytest.mark.parametrize("setting", [name for name, _, _ in module._SETTINGS])
def test_a_setting_that_cannot_be_had_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    wanted = [(name, value, "otherwise" if name == setting else expected) for name, value, expected in module._SETTINGS]
    monkeypatch.setattr(module, "_SETTINGS", wanted)
    with pytest.raises(KeysUnusable, match=setting):
        SubjectKeys.open(path)


def test_what_is_no_table_of_keys_is_refused(path: Path) -> None:
    path.write_bytes(b"something else, and long enough to be no empty file")
    path.chmod(0o600)
    with pytest.raises(KeysUnusable, match="cannot be opened"):
        SubjectKeys.open(path)
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE foreign_one (a)")
    other.close()
    path.chmod(0o600)
    with pytest.raises(KeysUnusable, match="version 0"):
        SubjectKeys.open(path)
