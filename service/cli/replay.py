"""`run.py replay`: recorded decisions decided again from the ledger alone, and compared."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import click
import orjson

from service.cli.policies import Failure
from service.config import Settings
from service.decider import Decider
from service.deciders import Compiled
from service.erasures import erasure_id
from service.ledger import Entry, LedgerError
from service.ledger.reader import Reader
from service.personal import SubjectKeys, Unopened, Vault
from service.record import KIND
from service.releases import ReleaseBook, ReleaseUnusable
from service.replay import Difference, replay

_STANDARD: Final = Settings()
_EVERY: Final = 1.0
"""Seconds between two words on how far it is."""


@click.command(name="replay")
@click.argument("decision", required=False)
@click.option("--all", "every", is_flag=True, help="Every decision in the ledger.")
@click.option(
    "--since", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]),
    help="Every decision made on that day (UTC) or later.",
)  # fmt: skip
@click.option(
    "--data-dir", envvar="DATA_DIR", type=click.Path(path_type=Path), default=_STANDARD.data_dir,
    show_default=True, help="Folder of the ledger.",
)  # fmt: skip
def replay_command(decision: str | None, every: bool, since: dt.datetime | None, data_dir: Path) -> None:
    """Decide the recorded DECISION again by its id, or all of them, from the ledger alone, and compare the bytes.

    Each is decided by its own release as recorded, by the engine and by the interpreter; the service may run
    meanwhile. Every difference is shown. A decision whose facts are erased is counted as such. Ends with 0 if
    there is no difference, 1 if there is, 2 if nothing is named.
    """
    if (decision is not None) + every + (since is not None) != 1:
        raise click.UsageError("name one decision, or --all, or --since DATE")
    settings = Settings(data_dir=data_dir)
    try:
        with Reader.open(settings.ledger_path) as reader:
            vault = Vault(SubjectKeys.existing(settings.subject_keys_path))
            wrong = _replayed(reader, _chosen(reader, decision, since), vault)
    except LedgerError as error:
        raise Failure(str(error)) from None
    sys.exit(1 if wrong else 0)


def _chosen(reader: Reader, decision: str | None, since: dt.datetime | None) -> Iterable[Entry]:
    if decision is None:
        return reader.entries(KIND, since.date() if since is not None else None)
    entry = reader.get(decision)
    if entry is None or entry.kind != KIND:
        raise Failure(f"the ledger holds no decision `{decision}`")
    return [entry]


def _replayed(reader: Reader, entries: Iterable[Entry], vault: Vault) -> int:
    """Replay and report; the number of decisions that differ."""
    compiled = Compiled(ReleaseBook(reader), Decider)
    count = wrong = erased = 0
    told = time.monotonic()
    for entry in entries:
        try:
            lines = list(_lines(compiled, entry, vault))
        except Unopened as unopened:
            lines = [] if reader.get(erasure_id(unopened.key_id)) is not None else [_missing(entry)]
            erased += not lines
        count += 1
        if lines:
            wrong += 1
            click.echo("\n".join(lines))
        if time.monotonic() - told >= _EVERY:
            told = time.monotonic()
            click.echo(f"{count:,} replayed, {wrong:,} differ", err=True)
    left = f", {erased:,} not, for their facts are erased" if erased else ""
    click.echo(f"{count - erased:,} replayed, " + (f"{wrong:,} differ" if wrong else "all the same") + left)
    return wrong


def _missing(entry: Entry) -> str:
    return f"{_named(entry)} cannot be decided again: the key of its facts is missing, and no erasure is recorded"


def _named(entry: Entry) -> str:
    return f"decision {entry.entry_id} (entry {entry.index})"


def _lines(compiled: Compiled, entry: Entry, vault: Vault) -> Iterator[str]:
    """What is wrong with one decision, to be read; nothing if it is the same. Raises `Unopened`."""
    try:
        found = replay(compiled.of(entry.content["policy"]["release"]), entry, vault)
    except ReleaseUnusable as error:
        yield f"{_named(entry)} cannot be decided again: {error}"
        return
    if found:
        yield f"{_named(entry)} differs"
    for difference in found:
        yield from _shown(difference)


def _shown(difference: Difference) -> Iterator[str]:
    yield f"  {difference.at}  ({difference.engine})"
    yield f"    recorded  {_text(difference.recorded)}"
    yield f"    replayed  {_text(difference.replayed)}"


def _text(value: object) -> str:
    return orjson.dumps(value).decode()
