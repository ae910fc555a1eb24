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
from service.ledger import Entry, LedgerError
from service.ledger.reader import Reader
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
    meanwhile. Every difference is shown. Ends with 0 if there is none, 1 if there is, 2 if nothing is named.
    """
    if (decision is not None) + every + (since is not None) != 1:
        raise click.UsageError("name one decision, or --all, or --since DATE")
    try:
        with Reader.open(Settings(data_dir=data_dir).ledger_path) as reader:
            wrong = _replayed(reader, _chosen(reader, decision, since))
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


def _replayed(reader: Reader, entries: Iterable[Entry]) -> int:
    """Replay and report; the number of decisions that differ."""
    compiled = Compiled(ReleaseBook(reader), Decider)
    count = wrong = 0
    told = time.monotonic()
    for entry in entries:
        lines = list(_lines(compiled, entry))
        count += 1
        if lines:
            wrong += 1
            click.echo("\n".join(lines))
        if time.monotonic() - told >= _EVERY:
            told = time.monotonic()
            click.echo(f"{count:,} replayed, {wrong:,} differ", err=True)
    click.echo(f"{count:,} replayed, " + (f"{wrong:,} differ" if wrong else "all the same"))
    return wrong


def _lines(compiled: Compiled, entry: Entry) -> Iterator[str]:
    """What is wrong with one decision, to be read; nothing if it is the same."""
    try:
        found = replay(compiled.of(entry.content["policy"]["release"]), entry)
    except ReleaseUnusable as error:
        yield f"decision {entry.entry_id} (entry {entry.index}) cannot be decided again: {error}"
        return
    if found:
        yield f"decision {entry.entry_id} (entry {entry.index}) differs"
    for difference in found:
        yield from _shown(difference)


def _shown(difference: Difference) -> Iterator[str]:
    yield f"  {difference.at}  ({difference.engine})"
    yield f"    recorded  {_text(difference.recorded)}"
    yield f"    replayed  {_text(difference.replayed)}"


def _text(value: object) -> str:
    return orjson.dumps(value).decode()
