"""A policy about persons, a data folder with everything that a service keeps there, and facts easy to find again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api import create_app
from service.config import Settings
from service.decide import Decider, DecisionService
from service.ledger import Log
from service.personal import SubjectKeys, Vault
from service.register import LedgerEntries, Register
from service.register.register import FILE
from service.repository import LoadedPolicy, check_texts, load_policy, read_texts
from tests.service.conftest import CountedIds, StoppedClock

FOLDER = Path(__file__).parent / "policy"

FACTS = {
    "person": {
        "name": "Zebulon-Quixote-7731",
        "birthday": "1987-12-19",
        "weight": "feather-98431",
        "religion": "marker-faith-5512",
        "employed": True,
    },
    "contacts": [{"name": "Hieronymus-2207", "since": "2003-07-29"}],
}
MARKERS = ("Zebulon", "ZEBULON", "1987-12-19", "feather", "marker-faith", "Hieronymus", "2003-07-29", "2026-12-19")
"""The facts, and what the policy makes of them: a text in capitals, the next birthday."""
REQUEST = {"decide": ["greeting", "first_contact"], "subject": "P-1", "as_of": "2026-11-23", "facts": FACTS}


@pytest.fixture(scope="session")
def policy() -> LoadedPolicy:
    return load_policy(check_texts(read_texts(FOLDER)))


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(policies=FOLDER, data_dir=tmp_path / "data", checkpoint_file=tmp_path / "data" / "checkpoints")


@pytest.fixture
def log(settings: Settings) -> Iterator[Log]:
    log = Log.open(settings.places)
    yield log
    log.close()


@pytest.fixture
def keys(settings: Settings) -> Iterator[SubjectKeys]:
    keys = SubjectKeys.open(settings.subject_keys_path)
    yield keys
    keys.close()


@pytest.fixture
def service(policy: LoadedPolicy, clock: StoppedClock, log: Log, keys: SubjectKeys) -> DecisionService:
    return DecisionService(Decider(policy, "always", clock, CountedIds()), log.ledger, Vault(keys))


@pytest.fixture
def client(service: DecisionService, log: Log, settings: Settings) -> Iterator[FlaskClient]:
    register = Register(LedgerEntries(log.ledger), settings.data_dir / FILE, service.vault)
    yield create_app(service, log, register).test_client()
    register.close()


def decided(client: FlaskClient, key: str | None = None, **changes: Any) -> dict[str, Any]:
    """The answer to the request with some members changed (None leaves one out)."""
    body = {name: value for name, value in {**REQUEST, **changes}.items() if value is not None}
    answer = client.post("/v1/decisions", json=body, headers={} if key is None else {"Idempotency-Key": key})
    assert answer.status_code in (200, 201), answer.get_json()
    document: dict[str, Any] = answer.get_json()
    return document


def found(folder: Path, *markers: str | bytes) -> set[str]:
    """The markers that stand somewhere in some file of a folder, each with the file's name."""
    wanted = [one.encode() if isinstance(one, str) else one for one in markers]
    files = [(path.name, path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
    return {f"{name}: {one!r}" for name, data in files for one in wanted if one in data}
