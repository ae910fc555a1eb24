"""What is set about callers, read and found fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

ALGORITHMS: Final = ("RS256", "ES256", "EdDSA")
"""What tokens may be signed with: public keys alone, for a shared secret could sign as well as check."""


class UnfitSettings(ValueError):
    """Settings about callers that cannot be; the text says which and why."""


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """Whose tokens are taken, and where in them it says what a caller may do."""

    issuer: str
    audience: str
    keys: str
    """The issuer's key set (JWKS): a file, or an https URL."""
    algorithms: Sequence[str] = ALGORITHMS
    leeway: int = 60
    """Seconds that clocks may differ."""
    scope_claim: str = "scope"
    roles_claim: str = "roles"

    def __post_init__(self) -> None:
        if not (self.issuer and self.audience and self.keys):
            raise UnfitSettings("JWT_ISSUER, JWT_AUDIENCE and JWT_KEYS are set together or not at all")
        for name in self.algorithms:
            if name not in ALGORITHMS:
                raise UnfitSettings(f"JWT_ALGORITHMS: `{name}` is not allowed, only {', '.join(ALGORITHMS)}")
        if not self.algorithms:
            raise UnfitSettings(f"JWT_ALGORITHMS: name at least one of {', '.join(ALGORITHMS)}")
        url = urlsplit(self.keys)
        if url.scheme == "http" or (url.scheme == "https" and not url.hostname):
            raise UnfitSettings("JWT_KEYS: keys are fetched over https alone; name an https URL or a file")

    @property
    def from_url(self) -> bool:
        """Whether the keys are fetched, not read from a file."""
        return urlsplit(self.keys).scheme == "https"


@dataclass(frozen=True, slots=True)
class CallerSettings:
    """How callers are told and held to their rates."""

    folder: Path
    """Where the file of API keys is."""
    rate: str
    """How often a key or token subject may ask, unless the key says otherwise."""
    failures: str
    """How often an address may come without valid credentials."""
    tokens: TokenSettings | None = None
    """None where API keys alone are taken."""
