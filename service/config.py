"""The settings of the service, from environment variables, typed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast
from typing import Literal as OneOf

from environs import Env, EnvError, validate

from service.ledger import Places

CrossCheck = OneOf["always", "sampled", "off"]

CROSS_CHECKS: Final = ("always", "sampled", "off")
LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(Exception):
    """A setting cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and how the service behaves; each field is the variable of that name in capitals."""

    policies: Path = Path("policies")
    """Folder of the policy files."""
    data_dir: Path = Path("data")
    """Folder of the ledger; made if it is not there."""
    host: str = "127.0.0.1"
    port: int = 8080
    """0 takes a free one."""
    cross_check: CrossCheck = "sampled"
    """How many decisions the interpreter repeats: all, one in a hundred (by decision id), none."""
    log_level: str = "INFO"
    ledger_origin: str = "localhost/decisions"
    """Name of the log in its checkpoints, best a URL without scheme; a ledger keeps it."""
    checkpoint_file: Path | None = None
    """Where checkpoints are kept, best on another machine's disk; nowhere if None."""

    @property
    def ledger_path(self) -> Path:
        """The ledger file."""
        return self.data_dir / "ledger.sqlite"

    @property
    def key_path(self) -> Path:
        """The file of the signing key, used unless `SIGNING_KEY` holds it."""
        return self.data_dir / "signing.key"

    @property
    def places(self) -> Places:
        """Where the log has its files."""
        return Places(self.ledger_path, self.key_path, self.ledger_origin, self.checkpoint_file)

    def environment(self) -> dict[str, str]:
        """The variables that give these settings to another process."""
        return {
            "POLICIES": str(self.policies),
            "DATA_DIR": str(self.data_dir),
            "HOST": self.host,
            "PORT": str(self.port),
            "CROSS_CHECK": self.cross_check,
            "LOG_LEVEL": self.log_level,
            "LEDGER_ORIGIN": self.ledger_origin,
            "CHECKPOINT_FILE": str(self.checkpoint_file or ""),
        }


def from_environment() -> Settings:
    """The settings in the environment variables. Raises `SettingsError`."""
    env = Env()
    standard = Settings()
    try:
        return Settings(
            policies=env.path("POLICIES", standard.policies),
            data_dir=env.path("DATA_DIR", standard.data_dir),
            host=env.str("HOST", standard.host),
            port=env.int("PORT", standard.port, validate=validate.Range(0, 65535)),
            cross_check=cast(
                CrossCheck,
                env.str("CROSS_CHECK", standard.cross_check, validate=validate.OneOf(CROSS_CHECKS)),
            ),
            log_level=env.str("LOG_LEVEL", standard.log_level, validate=validate.OneOf(LOG_LEVELS)),
            ledger_origin=env.str("LEDGER_ORIGIN", standard.ledger_origin),
            checkpoint_file=_path_or_none(env.str("CHECKPOINT_FILE", "")),
        )
    except EnvError as error:
        raise SettingsError(str(error)) from error


def _path_or_none(text: str) -> Path | None:
    return Path(text) if text else None
