"""`run.py search`: recorded decisions found by what they are about, what came out, and what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import orjson

from service.cli.log_files import log_files
from service.cli.policies import Failure
from service.cli.table import table
from service.config import Settings
from service.finding import MAX_LIMIT, STANDARD_LIMIT, STATUSES, Finder, read
from service.problems import Fault
from service.register import Wanted
from service.register.search import REVIEWS

Json = dict[str, Any]

_STANDARD: Final = Settings()
_HEAD: Final = ("decided at", "decision", "status", "reviewed", "subject", "outcomes")
_FACTS: Final = (
    ("subject", "About this customer or thing."),
    ("ruleset", "With an outcome of this ruleset."),
    ("outcome", "With this value among the outcomes, or this status of one; of --ruleset if both are given."),
    ("rule", "In which this rule fired for certain."),
    ("clause", "In which a rule fired that cited this paragraph of the source."),
    ("action", "That require this action."),
    ("release", "Made under this policy release: its hash or label."),
    ("caller", "Asked for by this caller."),
)


def _options(command: Any) -> Any:
    for name, told in reversed(_FACTS):
        command = click.option(f"--{name}", help=told)(command)
    return command


@click.command()
@click.argument("question", nargs=-1)
@_options
@click.option("--status", type=click.Choice(STATUSES), help="With this status.")
@click.option("--reviewed", type=click.Choice(REVIEWS), help="What the last review said.")
@click.option("--from", "from_", metavar="DATE", help="Decided on that day (UTC) or later.")
@click.option("--to", metavar="DATE", help="Decided on that day (UTC) or earlier.")
@click.option("--limit", default=str(STANDARD_LIMIT), show_default=True, help=f"How many to show, up to {MAX_LIMIT}.")
@click.option("--cursor", help="Go on after a page: what its last line says.")
@click.option("--facets", is_flag=True, help="Count what is found, by ruleset, outcome, rule and so on.")
@click.option("--json", "as_json", is_flag=True, help="Print the document that the API would answer.")
@click.option(
    "--data-dir", envvar="DATA_DIR", type=click.Path(path_type=Path), default=_STANDARD.data_dir, show_default=True,
    help="Folder of the ledger.",
)  # fmt: skip
def search(question: tuple[str, ...], facets: bool, as_json: bool, data_dir: Path, **given: str | None) -> None:
    """Find recorded decisions, the newest first, that say all words of QUESTION and pass every filter.

    `"two words"` is a phrase, `-word` excludes (after `--`), `beginn*` is a beginning; Chinese is found by any
    part of it. Reads the ledger file beside a running service, too.
    """
    wanted = _wanted(question, given)
    with log_files(data_dir) as (entries, register):
        finder = Finder(entries, register)
        found = finder.facets(wanted) if facets else finder.page(wanted)
    if as_json:
        click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n".join(_counted(found) if facets else _listed(found)))


def _wanted(question: tuple[str, ...], given: dict[str, str | None]) -> Wanted:
    """The search that was asked for, or an end with everything that is wrong with it."""
    named = {name.rstrip("_"): value for name, value in given.items() if value is not None}
    if question:
        named["q"] = " ".join(question)
    wanted, wrong = read(named)
    if wrong:
        raise Failure("\nerror: ".join(_told(fault) for fault in wrong))
    return wanted


def _told(fault: Fault) -> str:
    place = "QUESTION" if fault.at == "q" else f"--{fault.at}"
    hint = fault.complaint.told_hint()
    return f"{place}: {fault.complaint.detail}" + (f" ({hint})" if hint else "")


def _listed(page: Json) -> Iterator[str]:
    if not page["items"]:
        yield "nothing is found"
        return
    yield from table(_HEAD, [_row(item) for item in page["items"]])
    if page["next"] is not None:
        yield f"more with --cursor {page['next']}"


def _row(item: Json) -> list[str]:
    outcomes = "; ".join(
        f"{name}: {outcome['status'] if outcome['status'] != 'decided' else _values(outcome['values'])}"
        for name, outcome in item["outcomes"].items()
    )
    moment = f"{item['decided_at'][:19]}Z"
    return [moment, item["decision_id"], item["status"], item["reviewed"], item["subject"] or "", outcomes]


def _values(values: Json) -> str:
    return ", ".join(orjson.dumps(value).decode().strip('"') for value in values.values())


def _counted(found: Json) -> Iterator[str]:
    yield f"decisions: {found['decisions']:,}"
    for kind, counts in found["facets"].items():
        if counts:
            yield f"{kind}"
        for one in counts:
            of = one.get("ruleset") or one.get("label")
            yield f"  {one['decisions']:>9,}  {one['name']}" + (f"  ({of})" if of else "")
