"""`run.py audit`: is the ledger what was written? Reads raw rows; asks no service and needs no lock."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import click

from service import audit as auditing
from service.checks import Lookup, NamedReleases, References, Replayed, Verdict
from service.checks.replayed import SAMPLE
from service.cli.bar import Bar
from service.cli.policies import Failure
from service.cli.verify import KEY_HELP, PublicKey
from service.config import Settings
from service.personal import KeysUnusable, SubjectKeys, Vault
from service.proofs.notes import VerifierKey

_SHOWN = 20
_NONE: Final = 0


class HowMany(click.ParamType[int | None]):
    """A number of decisions; 0 for none, None for all."""

    name = "none|N|all"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        """Read it."""
        text = str(value)
        if text in ("none", "all"):
            return _NONE if text == "none" else None
        if not (text.isascii() and text.isdigit()):
            self.fail(f"`{text}` is not `none`, a number, or `all`", param, ctx)
        return int(text)


@click.command()
@click.argument("ledger", type=click.Path(path_type=Path), default=Settings().ledger_path)
@click.option("--key", type=PublicKey(), help=KEY_HELP)
@click.option(
    "--checkpoints", type=click.Path(path_type=Path), multiple=True,
    help="What was kept elsewhere to hold the ledger against: a file of checkpoints, a receipt or a JSONL export;"
    " may be given again. Needs --key.",
)  # fmt: skip
@click.option(
    "--replay", type=HowMany(), default=str(SAMPLE), show_default=True,
    help="How many decisions to decide again: a sample that the root chooses, or all.",
)  # fmt: skip
def audit(ledger: Path, key: VerifierKey | None, checkpoints: tuple[Path, ...], replay: int | None) -> None:
    """Audit the file LEDGER (default: data/ledger.sqlite), which may be in use.

    Looks at every entry, the tree and the guards, holds them against the checkpoints, and looks at what the
    entries say: releases, what refers to decisions, and decisions decided again. Names the first entry that is
    not as it was written. Ends with 0 if all is, else with 1.
    """
    if checkpoints and key is None:
        raise click.UsageError("--checkpoints needs --key: what nobody signed proves nothing")
    started = time.perf_counter()
    try:
        with Bar() as bar, _lookup(ledger) as lookup:
            releases = NamedReleases(lookup)
            replayed = Replayed(lookup, releases, replay, partial(bar.show, "decided again"), _vault(ledger))
            checks = (releases, References(lookup), replayed)
            report = auditing.run(ledger, key, checkpoints, partial(bar.show, "entries"), checks)
    except (auditing.Unreadable, KeysUnusable) as error:
        raise Failure(str(error)) from None
    _show(report, time.perf_counter() - started, bool(checkpoints))
    _show_replayed(replayed, replay)
    sys.exit(1 if report.total else 0)


def _vault(ledger: Path) -> Vault:
    """What opens sealed facts: the keys beside the ledger, if whoever audits has them. Raises `KeysUnusable`."""
    return Vault(SubjectKeys.existing(Settings(data_dir=ledger.parent).subject_keys_path))


@contextmanager
def _lookup(ledger: Path) -> Iterator[Lookup]:
    if not ledger.is_file():
        raise auditing.Unreadable(f"there is no ledger `{ledger}`")
    try:
        lookup = Lookup(ledger)
    except sqlite3.Error as error:
        raise auditing.Unreadable(f"`{ledger}` cannot be read as a ledger: {error}") from error
    with lookup:
        yield lookup


def _show(report: auditing.Report, seconds: float, held: bool) -> None:
    for finding in report.findings[:_SHOWN]:
        click.echo(finding)
    if report.total > _SHOWN:
        click.echo(f"and {report.total - _SHOWN} more")
    if report.total:
        first = "" if report.first_bad is None else f"; the first bad entry is {report.first_bad}"
        click.echo(f"not as it was written: {report.total} findings in {report.size} entries{first}")
        return
    click.echo(f"ok: {report.size} entries, root {report.root.hex()}, in {seconds:.1f} s")
    if held:
        click.echo(f"{report.checkpoints} checkpoints fit; the newest covers {report.covered} of {report.size} entries")
    else:
        click.echo("held against no checkpoint: a cut tail, or a ledger rewritten as a whole, would look the same")


def _show_replayed(replayed: Replayed, most: int | None) -> None:
    if most == _NONE:
        click.echo("no decision was decided again")
        return
    chosen = "all decisions" if most is None else f"a sample of {replayed.tally.total()} decisions"
    parts = [f"{replayed.tally[verdict]:,} {verdict.value}" for verdict in Verdict if replayed.tally[verdict]]
    click.echo(f"decided again, {chosen}: {', '.join(parts) or 'there is none'}")
