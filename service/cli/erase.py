"""`run.py erase`: destroy the key of a subject's personal data; by the running service, where one runs."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click
import orjson

from service import messages
from service.cli.policies import Failure
from service.clock import SystemClock
from service.config import Settings, SettingsError, from_environment
from service.erasures import Erasures
from service.ledger import LedgerError, LedgerInUse, Log
from service.personal import Owner, SubjectKeys, Vault
from service.problems import Refusal
from service.register import LedgerEntries, Register
from service.register.register import FILE

_SECONDS: Final = 60

Json = dict[str, Any]


@click.command()
@click.argument("subject", required=False)
@click.option("--decision", metavar="ID", help="Erase one decision that names no subject.")
@click.option(
    "--data-dir", envvar="DATA_DIR", type=click.Path(path_type=Path), default=Settings().data_dir,
    show_default=True, help="Folder of the ledger, while no service runs on it.",
)  # fmt: skip
@click.option("--url", metavar="URL", help="Ask the service that runs there, for example http://127.0.0.1:8080.")
@click.option("--key", envvar="API_KEY", metavar="KEY", help="With --url: an API key that may erase.")
def erase(subject: str | None, decision: str | None, data_dir: Path, url: str | None, key: str | None) -> None:
    """Erase the personal data of SUBJECT: destroy the key that its facts are sealed under.

    Decisions, receipts and proofs stay and still verify; the facts about the person cannot be read again by
    anyone. The erasure is an entry of the ledger. May be repeated, and finishes what was interrupted. Cannot
    be undone. Ends with 0 if the data is erased, now or before, else with 1.
    """
    if (subject is None) == (decision is None):
        raise click.UsageError("name one SUBJECT, or --decision ID")
    owner = Owner("subject", subject) if subject is not None else Owner("decision", str(decision))
    found = _here(owner, data_dir) if url is None else _there(owner, url, key)
    if found is None:
        raise Failure(f"nothing personal is recorded under `{owner.name}`, and nothing was erased")
    erasure, known = found
    when = "was erased before, at" if known else "erased at"
    where = f"entry {erasure['receipt']['index']}, {erasure['entry_id']}"
    click.echo(f"{owner.kind} `{owner.name}` {when} {erasure['erased_at']} ({where})")


def _here(owner: Owner, data_dir: Path) -> tuple[Json, bool] | None:
    try:
        with _opened(from_environment(data_dir=data_dir)) as erasures:
            erasures.settle()
            return erasures.of(owner)
    except LedgerInUse as error:
        hint = "the running service can erase: give its address with --url, and an API key with --key if it asks one"
        raise Failure(f"{error}; {hint}") from None
    except Refusal as refusal:
        raise Failure(_told(refusal.as_json())) from None
    except (LedgerError, SettingsError) as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"the data folder `{data_dir}` cannot be used: {error.strerror}") from None


@contextmanager
def _opened(settings: Settings) -> Iterator[Erasures]:
    """The ledger of a folder with its keys and its register, for as long as no service has it."""
    if not settings.ledger_path.is_file():
        raise Failure(f"there is no ledger `{settings.ledger_path}`")
    log = Log.open(settings.places)
    try:
        keys = SubjectKeys.open(settings.subject_keys_path)
        register = Register(LedgerEntries(log.ledger), settings.data_dir / FILE, Vault(keys))
        try:
            yield Erasures(log.ledger, keys, SystemClock(), register.catch_up)
        finally:
            register.close()
            keys.close()
    finally:
        log.close()


def _there(owner: Owner, url: str, key: str | None) -> tuple[Json, bool] | None:
    """The same by HTTP. Raises `Failure` for an answer that is none, or says why not."""
    place = f"{url.rstrip('/')}/v1/{owner.kind}s/{quote(owner.name, safe='')}/erasure"
    if not place.startswith(("http://", "https://")):
        raise click.UsageError(f"`{url}` is no address of a service: it begins with http:// or https://")
    headers = {"Content-Type": "application/json"} | ({} if key is None else {"Authorization": f"Bearer {key}"})
    try:
        asked = urllib.request.Request(place, data=b"{}", headers=headers, method="POST")
        with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:
            return orjson.loads(answer.read()), answer.status == 200
    except urllib.error.HTTPError as error:
        with error:
            if error.code == messages.NOT_FOUND.status:
                return None
            raise Failure(_refused(error.code, error.read())) from None
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise Failure(f"no answer from `{place}`: {reason}; whether it erased is not known: repeat") from None


def _refused(status: int, body: bytes) -> str:
    """Why not, in the service's own words."""
    try:
        return _told(orjson.loads(body))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return f"the service answers with status {status}, and not in its own form"


def _told(problem: Json) -> str:
    subject = problem.get("subject")
    return f"{problem['title']}: {problem['detail']}" + (f" (subject `{subject}`)" if subject else "")
