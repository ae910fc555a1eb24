"""A fault at one system call on the ledger's files: an error, or the death of the process in it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.conftest import EVERYTHING, acknowledged, judge, traced

CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate")
ERRORS = ("EIO", "ENOSPC")
SOME = (1, 2, 7, 30)
"""Which calls of a kind fail in a short run: while the ledger is made, and later."""


def files(path: Path) -> list[str]:
    """Only calls on these count."""
    return [word for end in ("", "-wal", "-journal") for word in ("-P", f"{path}{end}")]


def whens(path: Path, call: str) -> list[int]:
    """The numbers of the calls to fail, of those that an undisturbed run makes."""
    trace = path.with_name("trace")
    traced(path, "-o", str(trace), "-e", f"trace={call}", *files(path))
    count = Counter(re.findall(r"(\w+)\(", trace.read_text()))[call]
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()
    return [when for when in (range(1, count + 1) if EVERYTHING else SOME) if when <= count]


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("call", CALLS[:3] if not EVERYTHING else CALLS)
def test_an_error_stops_the_ledger_and_loses_nothing(tmp_path: Path, call: str, error: str) -> None:
    path = tmp_path / "ledger.db"
    for when in whens(path, call) if EVERYTHING else whens(path, call)[:: 2 if error == "EIO" else 3]:
        here = tmp_path / f"{when}" / "ledger.db"
        here.parent.mkdir()
        inject = f"inject={call}:error={error}:when={when}+"  # a disk that has failed goes on failing
        said = traced(here, "-o", "/dev/null", "-e", inject, *files(here))
        refusals = [number for number, line in enumerate(said) if line.startswith("refused")]
        if refusals:
            assert said[refusals[0] :] == ["refused not ready"] * len(refusals) + ["closed"], said
        judge(here, acknowledged(said))


@pytest.mark.parametrize("call", CALLS[:2] if not EVERYTHING else CALLS)
def test_death_in_a_call_loses_nothing(tmp_path: Path, call: str) -> None:
    path = tmp_path / "ledger.db"
    for when in whens(path, call):
        here = tmp_path / f"{when}" / "ledger.db"
        here.parent.mkdir()
        inject = f"inject={call}:signal=KILL:when={when}"
        said = traced(here, "-o", "/dev/null", "-e", inject, *files(here))
        assert "closed" not in said
        told = acknowledged(said)
        assert judge(here, told) <= len(told) + 1
