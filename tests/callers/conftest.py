"""A clock that stands still, a file of keys, an issuer with keys of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from service.callers.guard import Guard
from service.callers.issue import issue
from service.callers.key_file import Key, KeyFile
from service.callers.scopes import Role
from service.callers.settings import CallerSettings, TokenSettings
from service.problems import Refusal
from tests.service.conftest import StoppedClock

ISSUER, AUDIENCE = "https://issuer.example", "decisions"


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path)


@pytest.fixture
def make(file: KeyFile, clock: StoppedClock) -> Callable[..., tuple[Key, str]]:
    """Makes keys in the file."""

    def one(role: Role = Role.INTEGRATOR, **more: Any) -> tuple[Key, str]:
        return issue(file, "a system", role, clock.now(), **more)

    return one


class Issuer:
    """Signs tokens; its public keys are in a file."""

    def __init__(self, path: Path, clock: StoppedClock, keys: dict[str, Any]) -> None:
        self.path = path
        self.clock = clock
        self.keys = dict(keys)
        self.publish(*self.keys.values())

    def publish(self, *keys: Any) -> None:
        self.path.write_text(json.dumps({"keys": [key.as_dict(private=False) for key in keys]}))

    def claims(self, **other: Any) -> dict[str, Any]:
        now = int(self.clock.now().timestamp())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "system-7", "exp": now + 300, "roles": ["integrator"], **other}
        return {name: value for name, value in claims.items() if value is not None}

    def sign(self, algorithm: str = "ES256", head: dict[str, Any] | None = None, key: Any = None, **other: Any) -> str:
        key = key or self.keys[algorithm]
        named = "Ed25519" if algorithm == "EdDSA" else algorithm
        return jwt.encode({"alg": named, "kid": key.kid, **(head or {})}, self.claims(**other), key, algorithms=[named])


@pytest.fixture(scope="session")
def signing_keys() -> dict[str, Any]:
    return {
        "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}),
        "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
        "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
    }


@pytest.fixture
def issuer(tmp_path: Path, clock: StoppedClock, signing_keys: dict[str, Any]) -> Issuer:
    return Issuer(tmp_path / "jwks.json", clock, signing_keys)


@pytest.fixture
def settings(tmp_path: Path) -> CallerSettings:
    return CallerSettings(tmp_path, "1000/minute", "1000/minute")


@pytest.fixture
def guard(settings: CallerSettings, clock: StoppedClock) -> Guard:
    """Takes API keys alone."""
    return Guard.open(settings, clock)


@pytest.fixture
def token_guard(tmp_path: Path, issuer: Issuer, clock: StoppedClock) -> Guard:
    """Takes tokens, too."""
    tokens = TokenSettings(ISSUER, AUDIENCE, str(issuer.path))
    return Guard.open(CallerSettings(tmp_path, "1000/minute", "1000/minute", tokens), clock)


def refused(guard: Guard, authorization: str | None, query: str = "", address: str = "127.0.0.1") -> str:
    """The code of the refusal; nothing of what was sent may stand in it."""
    with pytest.raises(Refusal) as raised:
        guard.admit(authorization, query, address)
    told = json.dumps(raised.value.as_json()) + str(dict(raised.value.headers))
    with suppress(IndexError):
        sent = (authorization or "").split(None, 1)[1]
        assert len(sent) < 12 or sent not in told
    (fault,) = raised.value.faults
    return fault.complaint.code
