from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audit.conftest import whole as whole
from tests.audit.every_kind import Writer
from tests.audit.helpers import Case


@pytest.fixture
def case(whole: Case, tmp_path: Path) -> Case:
    """A copy to change."""
    return Case(Path(shutil.copy(whole.ledger, tmp_path)), whole.checkpoints, whole.key)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    opened = Writer(tmp_path)
    yield opened
    opened.close()
