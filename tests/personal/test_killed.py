"""Killed at each step of an erasure: the record never says more than is so, and the next call finishes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from service.cli import main
from service.config import Settings
from service.ledger import Log
from service.ledger.reader import Reader
from service.personal import Owner, SubjectKeys
from tests.conftest import ROOT
from tests.personal.conftest import decided, found
from tests.personal.killed import STEPS

P1 = Owner("subject", "P-1")


@pytest.fixture
def secret(client: FlaskClient, log: Log, keys: SubjectKeys) -> bytes:
    """The key of P-1, in a data folder that no service has open."""
    decided(client)
    secret = keys.of(P1).secret
    log.close()
    keys.close()
    return secret


@pytest.mark.parametrize("step", STEPS)
def test_every_step(secret: bytes, settings: Settings, step: str) -> None:
    folder = settings.data_dir
    command = [sys.executable, "-m", "tests.personal.killed", str(folder), step]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ended.returncode == -9, ended.stderr
    assert not (recorded(folder) and living(folder)), "the log says erased what can be read"
    finished = CliRunner().invoke(main, ["erase", "P-1", "--data-dir", str(folder)])
    assert finished.exit_code == 0, finished.output
    assert (recorded(folder), living(folder)) == (1, False)
    assert found(folder, secret) == set()
    audited = CliRunner().invoke(main, ["audit", str(folder / "ledger.sqlite")])
    assert (audited.exit_code, "ok: 3 entries" in audited.output) == (0, True)


def recorded(folder: Path) -> int:
    with Reader.open(Settings(data_dir=folder).ledger_path) as reader:
        return len(list(reader.entries("erasure")))


def living(folder: Path) -> bool:
    keys = SubjectKeys.open(Settings(data_dir=folder).subject_keys_path)
    try:
        return keys.living(P1) is not None
    finally:
        keys.close()
