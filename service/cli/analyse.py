"""`run.py analyse`: one analysis of a book in a file, as a table, a CSV file and a picture."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import NoReturn

import click
import orjson

from rules.check.checked import CheckedPolicySet
from rules.errors import PolicyError
from service.analyses import store
from service.analyses.analyse import analyse as run
from service.analyses.analyse import document
from service.analyses.base import Outcome
from service.analyses.book import read_options
from service.analyses.catalogue import ANALYSES, Offered, offered
from service.analyses.columns import names
from service.analyses.faults import BadBook, BookFault, Found
from service.analyses.files import read_file
from service.analyses.pictures import FORMATS, draw
from service.analyses.write_csv import write_csv
from service.cli.analysis_text import report
from service.cli.policies import POLICIES, Failure, broken, checked_of, texts_of
from service.clock import SystemClock
from service.problems import MOST_FAULTS
from service.repository import time_zone


@click.command()
@click.argument("name", type=click.Choice(list(ANALYSES)), metavar="NAME")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--policies", envvar="POLICIES", type=click.Path(path_type=Path), default=POLICIES, show_default=True
)
@click.option("--annual-target", help="The amount that `seasonal_target` spreads over the months.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day that deadlines count from; default today.")
@click.option("--out", type=click.Path(path_type=Path), help="Write all rows of the result as CSV.")
@click.option("--picture", type=click.Path(path_type=Path), help="Draw the result: .png or .svg.")
@click.option("--rows", "most", type=click.IntRange(0), default=20, show_default=True, help="Rows to print.")
@click.option("--json", "as_json", is_flag=True, help="Print the document that the API would answer.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def analyse(
    name: str, file: Path, policies: Path, annual_target: str | None, as_of: dt.datetime | None,
    out: Path | None, picture: Path | None, most: int, as_json: bool, lang: str,
) -> None:  # fmt: skip
    """Analyse the book in FILE (.csv, .xlsx or .parquet): abc_class, share_of_wallet, seasonal_target,
    product_mix, gross_margin, turnover, cross_ratio or contribution_ratio.

    Nothing is recorded. Ends with 2 if the book cannot be analysed; every fault is listed as
    file:row:column.
    """
    checked = _policy(policies)
    if picture is not None and picture.suffix.lower() not in FORMATS:
        raise Failure(f"`{picture}` is neither a .png nor a .svg file")
    connection = store.connect(files=True)
    try:
        chosen = _offered(checked, name)
        options = _options(chosen, annual_target)
        read_file(connection, chosen.analysis, file, MOST_FAULTS)
        outcome = run(connection, chosen, options)
        today = SystemClock().now().astimezone(time_zone(checked)).date()
        day = as_of.date() if as_of else today
        if as_json:
            click.echo(orjson.dumps(document(outcome, checked, day)).decode())
        else:
            click.echo(report(outcome, checked.policy, day, lang, most))
        _write(outcome, out, picture, lang)
    except BadBook as bad:
        _refuse(bad, file)
    finally:
        connection.close()


def _policy(folder: Path) -> CheckedPolicySet:
    return checked_of(texts_of(folder))


def _offered(checked: CheckedPolicySet, name: str) -> Offered:
    try:
        known = offered(checked)
    except PolicyError as error:
        broken(error, checked.policy.texts)
    if name not in known:
        wanted = (*ANALYSES[name].parameters, *ANALYSES[name].duties)
        listed = ", ".join(f"`{one}`" for one in wanted)
        raise Failure(f"the policy does not have what `{name}` needs: {listed}")
    return known[name]


def _options(chosen: Offered, annual_target: str | None) -> dict[str, int]:
    given = {"annual_target": annual_target}
    taken = names(chosen.analysis.options)
    if annual_target is not None and "annual_target" not in taken:
        raise Failure(f"`{chosen.analysis.name}` takes no `--annual-target`")
    found = Found(MOST_FAULTS)
    options = read_options(chosen.analysis.options, given, found)
    found.stop()
    return options


def _write(outcome: Outcome, out: Path | None, picture: Path | None, lang: str) -> None:
    try:
        if out is not None:
            write_csv(outcome, out)
            click.echo(f"written: {out}", err=True)
        if picture is not None:
            drawn = draw(outcome, picture, lang)
            click.echo(f"drawn: {picture}", err=True)
            if drawn != lang:
                click.echo("no font of this system has Chinese characters; the picture is in English", err=True)
    except OSError as error:
        raise Failure(f"`{error.filename}` cannot be written: {error.strerror}") from None


def _refuse(bad: BadBook, file: Path) -> NoReturn:
    for fault in bad.faults:
        hint = fault.complaint.told_hint()
        click.echo(f"{_place(fault, file)}: {fault.complaint.detail}{f' ({hint})' if hint else ''}", err=True)
    if bad.count > len(bad.faults):
        click.echo(f"and {bad.count - len(bad.faults):,} more", err=True)
    click.echo(f"{bad.count:,} {'error' if bad.count == 1 else 'errors'}: nothing was analysed", err=True)
    sys.exit(2)


def _place(fault: BookFault, file: Path) -> str:
    if fault.column == "annual_target":
        return "--annual-target"
    return ":".join(str(part) for part in (file, fault.row, fault.column) if part is not None)
