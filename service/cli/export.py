"""`run.py export`: entries for an auditor, in a file that verifies offline."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from service.cli.bar import Bar
from service.cli.policies import Failure
from service.cli.verify import KEY_HELP, PublicKey
from service.config import Settings, SettingsError, from_environment
from service.export import FORMATS, Covering, Filters, covering
from service.export import export as write
from service.ledger import LedgerError
from service.ledger.reader import Reader
from service.proofs.notes import VerifierKey

_DAY: Final = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--format", "kind", type=click.Choice(FORMATS), default="jsonl", show_default=True)
@click.option("--since", type=_DAY, metavar="DATE", help="Recorded on that day (UTC) or later.")
@click.option("--until", type=_DAY, metavar="DATE", help="Recorded on that day (UTC) or earlier.")
@click.option("--subject", help="About that subject.")
@click.option("--ruleset", help="Decisions with an outcome of that ruleset.")
@click.option("--outcome", help="Decisions with that value of an outcome, of --ruleset if it is given.")
@click.option("--kind", "entry_kind", help="Entries of that kind: decision, release, action_done, …")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True,
    help="The file, or a folder in which it becomes `entries.<format>`.",
)  # fmt: skip
@click.option(
    "--checkpoint", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Export under the last checkpoint in this file.",
)  # fmt: skip
@click.option("--key", type=PublicKey(), help=f"{KEY_HELP} Needed where the ledger's own key is not at hand.")
@click.option(
    "--data-dir", envvar="DATA_DIR", type=click.Path(path_type=Path), default=Settings().data_dir, show_default=True,
    help="Folder of the ledger.",
)  # fmt: skip
def export(
    kind: str, entry_kind: str | None, out: Path, checkpoint: Path | None, key: VerifierKey | None, data_dir: Path,
    since: dt.datetime | None, until: dt.datetime | None, **texts: Any,
) -> None:  # fmt: skip
    """Export the recorded entries that pass every filter, each with its proof, for `run.py verify` to check offline.

    JSONL and Parquet are one file; beside CSV, a file with the ending `.proof` belongs to it. What is sealed
    in the record stays sealed. The proofs lead to one signed checkpoint: that in --checkpoint, else the newest
    that the service keeps (CHECKPOINT_FILE), else, while no service runs, one signed now with the ledger's key.
    Entries after the checkpoint are left out, and counted.
    """
    if since is not None and until is not None and since > until:
        raise click.UsageError("--since is after --until")
    filters = Filters(
        kind=entry_kind, since=None if since is None else since.date(), until=None if until is None else until.date(),
        **texts,
    )  # fmt: skip
    try:
        settings = from_environment(data_dir=data_dir)
        with Reader.open(settings.ledger_path) as reader, Bar() as bar:
            under = covering(reader, settings.places, checkpoint, key)
            done = write(reader, filters, under, kind, out, partial(bar.show, "entries"))
            left = reader.size - under.checkpoint.size
    except (LedgerError, SettingsError) as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"`{error.filename or out}`: {error.strerror}") from None
    click.echo(f"{done.entries:,} entries of {under.checkpoint.size:,} in `{done.path}`")
    _say_what_is_covered(under, left)


def _say_what_is_covered(under: Covering, left: int) -> None:
    click.echo(f"proved by the checkpoint of `{under.checkpoint.origin}` over {under.checkpoint.size:,} entries")
    if left:
        click.echo(f"{left:,} newer entries are not covered by it, and left out")
