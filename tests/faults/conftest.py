"""Faults are made by strace, in the system calls of the real interpreter: no shim can be wrong about them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from service import audit
from service.ledger import Ledger
from tests.ledger.helpers import ROOT

EVERYTHING = os.environ.get("FAULTS") == "all"
"""Every call, every fault (`make faults`); otherwise some of them."""


STRACE = ("strace", "-f", "--seccomp-bpf", "-qq")
"""Stops at the calls that are traced alone: the others run as fast as ever."""


@cache
def why_not() -> str | None:
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "strace may not trace here"


@pytest.fixture(autouse=True)
def needs_strace() -> None:
    if (reason := why_not()) is not None:
        pytest.skip(reason)


def traced(path: Path, *options: str, appends: int = 12, checkpoint: int = 100_000) -> list[str]:
    """What the worker says under strace with these options; `checkpoint` makes it fold the log now and then."""
    worker = [sys.executable, "-m", "tests.faults.worker", str(path), str(appends), str(checkpoint)]
    command = [*STRACE, *options, *worker]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout.splitlines()


def acknowledged(said: list[str]) -> list[str]:
    return [line.split()[1] for line in said if line.startswith("acknowledged ")]


def judge(path: Path, told: list[str]) -> int:
    """Open it anew, as a restart does: every acknowledged entry is there, and the audit finds nothing."""
    with Ledger.open(path) as ledger:
        lost = [entry_id for entry_id in told if ledger.get(entry_id) is None]
        assert lost == []
        size = ledger.size
    report = audit.run(path)
    assert (report.findings, report.size) == ((), size)
    return size
