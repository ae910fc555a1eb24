"""The settings of the service, from environment variables, typed.

A new one is a field here and nothing else: its variable, its option of `run.py serve` and its line in
`docs/settings.md` are made from it.
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final
from typing import Literal as OneOf

from environs import Env, EnvError
from environs.exceptions import EnvValidationError

from service.callers.settings import ALGORITHMS, CallerSettings, TokenSettings
from service.ledger import Places
from service.setting import Means, described

CrossCheck = OneOf["always", "sampled", "off"]
LogLevel = OneOf["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = OneOf["json", "text"]


class SettingsError(Exception):
    """Settings cannot be used; the text says which and why, a line each."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and how the service behaves; each field is the variable of that name in capitals."""

    policies: Annotated[Path, Means("Folder of the policy files.")] = Path("policies")
    data_dir: Annotated[Path, Means("Folder of the ledger; made if it is not there.")] = Path("data")
    host: Annotated[str, Means("Address to listen on; only this machine reaches the standard one.")] = "127.0.0.1"
    port: Annotated[int, Means("0 takes a free one.", 0, 65535)] = 8080
    cross_check: Annotated[
        CrossCheck, Means("Decisions that the interpreter repeats: all, one in a hundred (by decision id), none.")
    ] = "sampled"
    log_level: Annotated[LogLevel, Means("The least that is logged.")] = "INFO"
    log_format: Annotated[LogFormat, Means("A JSON object a line, or text for people.")] = "json"
    log_decisions: Annotated[bool, Means("Log a line for each decision, at INFO; all are in the ledger anyway.")] = True
    stop_delay: Annotated[
        float,
        Means("Seconds from SIGTERM, when `/readyz` turns 503, until no more requests are taken.", 0, 300),
    ] = 0.0
    ledger_origin: Annotated[
        str, Means("Name of the log in its checkpoints, best a URL without scheme; a ledger keeps it.")
    ] = "localhost/decisions"
    signing_key_file: Annotated[
        Path | None, Means("The file of the key that signs checkpoints; `signing.key` in the data folder if none.")
    ] = None
    checkpoint_file: Annotated[
        Path | None, Means("Keep signed checkpoints there too, best on another machine's disk.")
    ] = None
    workers: Annotated[int, Means("Processes that answer requests; one more writes the ledger.", 1, 64)] = 1
    auth: Annotated[
        OneOf["required", "off"],
        Means("Whether callers must show a key or token; `off` only where this machine alone reaches the service."),
    ] = "required"
    rate_limit: Annotated[
        str, Means("How often a caller may ask of one worker process, unless its key says otherwise.")
    ] = "120000/minute"
    failure_limit: Annotated[
        str, Means("How often an address may come to one worker process without valid credentials.")
    ] = "60/minute"
    jwt_issuer: Annotated[str, Means("Whose JSON Web Tokens are taken besides API keys: their `iss`.")] = ""
    jwt_audience: Annotated[str, Means("What this service is called in tokens: their `aud`.")] = ""
    jwt_keys: Annotated[str, Means("The issuer's public keys (JWKS): a file, or an https URL.")] = ""
    jwt_algorithms: Annotated[
        tuple[str, ...], Means("What tokens may be signed with, of `RS256`, `ES256` and `EdDSA`.")
    ] = ALGORITHMS
    jwt_leeway: Annotated[int, Means("Seconds that the issuer's clock may differ.", 0, 600)] = 60
    jwt_scope_claim: Annotated[str, Means("The claim that names scopes.")] = "scope"
    jwt_roles_claim: Annotated[
        str, Means("The claim that names roles; dots lead deeper, as in `realm_access.roles`.")
    ] = "roles"

    @property
    def ledger_path(self) -> Path:
        """The ledger file."""
        return self.data_dir / "ledger.sqlite"

    @property
    def key_path(self) -> Path:
        """The file of the signing key, used unless `SIGNING_KEY` holds it."""
        return self.signing_key_file or self.data_dir / "signing.key"

    @property
    def subject_keys_path(self) -> Path:
        """The file of the keys that personal data is sealed under."""
        return self.data_dir / "subject-keys.sqlite"

    @property
    def places(self) -> Places:
        """Where the log has its files."""
        return Places(self.ledger_path, self.key_path, self.ledger_origin, self.checkpoint_file)

    def callers(self) -> CallerSettings | None:
        """How callers are told; None where everybody may do everything. Raises `SettingsError`."""
        if self.auth == "off":
            if not _only_this_machine(self.host):
                raise SettingsError(f"AUTH=off lets in whoever reaches {self.host}: use it with a loopback HOST alone")
            return None
        from service.callers import rates  # writer and register know nobody who calls, and do without its library

        try:
            for rate in (self.rate_limit, self.failure_limit):
                rates.read(rate)
            return CallerSettings(self.data_dir, self.rate_limit, self.failure_limit, self._tokens())
        except ValueError as error:
            raise SettingsError(str(error)) from error

    def _tokens(self) -> TokenSettings | None:
        if not (self.jwt_issuer or self.jwt_audience or self.jwt_keys):
            return None
        return TokenSettings(
            self.jwt_issuer,
            self.jwt_audience,
            self.jwt_keys,
            self.jwt_algorithms,
            self.jwt_leeway,
            self.jwt_scope_claim,
            self.jwt_roles_claim,
        )

    def environment(self) -> dict[str, str]:
        """The variables that give these settings to another process."""
        return {one.variable: one.text(getattr(self, one.name)) for one in SETTINGS}


SETTINGS: Final = tuple(described(Settings))
OPTIONS: Final = tuple(one for one in SETTINGS if not one.internal)
"""Those that a user gives."""


def from_environment(**given: Any) -> Settings:
    """The settings given, and all others from the environment variables. Raises `SettingsError` with every fault."""
    env = Env(eager=False)
    read = {one.name: one.read(env, os.environ) for one in SETTINGS if one.name not in given}
    try:
        env.seal()
    except EnvValidationError as error:
        raise SettingsError(_told(set(error.error_messages))) from error
    except EnvError as error:
        raise SettingsError(str(error)) from error
    return Settings(**given, **read)


def _only_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _told(wrong: set[str]) -> str:
    lines = [
        f"{one.variable}: `{os.environ[one.variable]}` is not {one.expected}"
        for one in SETTINGS
        if one.variable in wrong
    ]
    return lines[0] if len(lines) == 1 else "\n  ".join([f"{len(lines)} settings cannot be used", *lines])
