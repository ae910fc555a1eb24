"""`run.py audit`: is the ledger what was written? Reads raw rows; asks no service and needs no lock."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from service import audit as auditing
from service.cli.policies import Failure
from service.cli.verify import KEY_HELP, PublicKey
from service.config import Settings
from service.proofs.notes import VerifierKey

_SHOWN = 20


@click.command()
@click.argument("ledger", type=click.Path(path_type=Path), default=Settings().ledger_path)
@click.option("--key", type=PublicKey(), help=KEY_HELP)
@click.option(
    "--checkpoints", type=click.Path(path_type=Path), multiple=True,
    help="A file of checkpoints that was kept elsewhere; may be given again. Needs --key.",
)  # fmt: skip
def audit(ledger: Path, key: VerifierKey | None, checkpoints: tuple[Path, ...]) -> None:
    """Audit the file LEDGER (default: data/ledger.sqlite), which may be in use.

    Looks at every entry, the tree, the guards, and holds them against the checkpoints. Names the first entry
    that is not as it was written. Ends with 0 if all is, else with 1.
    """
    if checkpoints and key is None:
        raise click.UsageError("--checkpoints needs --key: what nobody signed proves nothing")
    started = time.perf_counter()
    bar = click.progressbar(length=1, label="entries", file=sys.stderr, hidden=not sys.stderr.isatty())
    with bar:

        def progress(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        try:
            report = auditing.run(ledger, key, checkpoints, progress)
        except auditing.Unreadable as error:
            raise Failure(str(error)) from None
    _show(report, time.perf_counter() - started, bool(checkpoints))
    sys.exit(1 if report.total else 0)


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
