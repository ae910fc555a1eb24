from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from service.ledger import Places
from tests.audit.conftest import whole as whole
from tests.audit.helpers import Case


@pytest.fixture(scope="session")
def places(whole: Case) -> Places:
    """Where the ledger with every kind of entry has its files, no checkpoint kept."""
    return Places(whole.ledger, whole.ledger.with_name("key"), "log.example")


@pytest.fixture
def data(whole: Case, tmp_path: Path) -> Path:
    """A data folder with a copy of that ledger and its key."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(whole.ledger, folder / "ledger.sqlite")
    shutil.copy(whole.ledger.with_name("key"), folder / "signing.key")
    return folder
