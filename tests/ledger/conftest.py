from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.ledger import Ledger
from tests.ledger.faulty import Faulty


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger.open(path) as ledger:
        yield ledger


@pytest.fixture
def faulty(ledger: Ledger) -> Faulty:
    faulty = Faulty(ledger._writer._connection)
    ledger._writer._connection = faulty  # type: ignore[assignment]
    return faulty
