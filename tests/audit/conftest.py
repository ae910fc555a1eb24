from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from service.ledger import Facet, Log, Places
from tests.audit.every_kind import write
from tests.audit.helpers import Case
from tests.ledger.helpers import draft, facet

SIZE = 13
"""Not a power of two, and more than one level of nodes."""


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A ledger of 13 entries with checkpoints at 5 and 13, never to be changed."""
    folder = tmp_path_factory.mktemp("audited")
    places = Places(folder / "ledger.db", folder / "key", "log.example", folder / "checkpoints")
    for first, end in ((0, 5), (5, SIZE)):
        log = Log.open(places, {})
        for number in range(first, end):
            facets = (facet("a", "x"), Facet("b", "undecided", None, None))[: number % 3]
            subject = "客户" if number % 4 else None
            log.ledger.append(
                draft(f"D-{number}", key=f"k{number}" if number % 2 else None, facets=facets, subject=subject)
            )
        log.close()
    return Case(places.ledger, folder / "checkpoints", log.key)


@pytest.fixture
def case(original: Case, tmp_path: Path) -> Case:
    """A copy to change."""
    return Case(
        Path(shutil.copy(original.ledger, tmp_path)), Path(shutil.copy(original.checkpoints, tmp_path)), original.key
    )


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A ledger with every kind of entry, as the service writes them; never to be changed."""
    return write(tmp_path_factory.mktemp("every kind"))
