"""`run.py clauses`: from the paragraphs of the source to rules, cases and recorded decisions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import orjson

from service.cli.log_files import log_files
from service.cli.policies import POLICIES, Failure, checked_of, texts_of
from service.cli.table import table
from service.clauses import MOST_DAYS, Clauses, Wanted
from service.clock import SystemClock
from service.config import Settings
from service.register.tallies import Tallies

Json = dict[str, Any]

_STANDARD = Settings()
_NO_LOG: Final = Tallies({}, {}, None, 0)
_WORDS: Final = {
    "en": {
        "head": ("clause", "gist", "carried by", "cases", "decisions", "last fired"),
        "reason": "no rule: {}", "missing": "no rule, no reason", "never": "never", "analysis": "analysis",
        "count": "paragraphs: {}; carried: {}, not carried: {}",
        "log": "decisions counted in a log of {:,} entries since {}", "no_log": "no log: no decisions are counted",
    },
    "zh": {
        "head": ("条款", "要旨", "承载", "用例", "决定", "最近适用"),
        "reason": "无规则：{}", "missing": "无规则，未说明原因", "never": "从未", "analysis": "分析",
        "count": "条款{}条；有承载的{}条，没有的{}条",
        "log": "决定数取自{:,}条记录，始于{}", "no_log": "没有记录，未计决定数",
    },
}  # fmt: skip


@click.command()
@click.argument("clause", required=False)
@click.option("--policies", envvar="POLICIES", type=click.Path(path_type=Path), default=POLICIES, show_default=True)
@click.option(
    "--data-dir", envvar="DATA_DIR", type=click.Path(path_type=Path), default=_STANDARD.data_dir, show_default=True,
    help="Folder of the ledger whose decisions are counted.",
)  # fmt: skip
@click.option("--document", help="Only this document: a part of its title, or its file in source/ without ending.")
@click.option("--search", "text", help="Only paragraphs with this text in the id, the gist or a rule's reason.")
@click.option("--without-rule", is_flag=True, help="Only paragraphs that nothing carries; each says why.")
@click.option("--missing", is_flag=True, help="Only paragraphs that nothing carries and that do not say why.")
@click.option(
    "--unfired", "unfired_days", type=click.IntRange(1, MOST_DAYS), metavar="DAYS",
    help="Only rules that have not fired for so many days.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the document that the API would answer.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def clauses(clause: str | None, policies: Path, data_dir: Path, as_json: bool, lang: str, **filters: Any) -> None:
    """Show what carries each paragraph of the source, or CLAUSE alone: rules, their cases, recorded decisions.

    Reads the ledger beside a running service, too. `--missing` ends with 1 if it lists anything.
    """
    shown = Clauses(checked_of(texts_of(policies)))
    tallies = _tallies(data_dir)
    if clause is not None:
        found = shown.one(clause, tallies)
        if found is None:
            raise Failure(f"the source has no paragraph `{clause}`")
        click.echo(_json(found) if as_json else "\n".join(_details(found, lang)))
        return
    wanted = Wanted(**filters)
    page = shown.every(wanted, tallies, SystemClock().now())
    click.echo(_json(page) if as_json else "\n".join(_report(page, lang)))
    if wanted.missing and page["items"]:
        raise click.exceptions.Exit(1)


def _tallies(data_dir: Path) -> Tallies:
    """What the log counts; nothing where no service has run yet."""
    if not Settings(data_dir=data_dir).ledger_path.exists():
        return _NO_LOG
    with log_files(data_dir) as files:
        return files.register.tallies()


def _report(page: Json, lang: str) -> Iterator[str]:
    words, items = _WORDS[lang], page["items"]
    if items:
        yield from table([str(word) for word in words["head"]], [row for item in items for row in _rows(item, lang)])
        yield ""
    carried = sum(item["carried"] for item in items)
    yield str(words["count"]).format(len(items), carried, len(items) - carried)
    log = page["log"]
    yield str(words["log"]).format(log["entries"], log["since"][:10]) if log["since"] else str(words["no_log"])


def _rows(item: Json, lang: str) -> Iterator[list[str]]:
    """One line for each rule; one line for a paragraph without any."""
    first = [item["id"], item["gist"][lang]]
    for rule in item["rules"]:
        last = rule["last_fired_at"]
        when = last[:10] if last else str(_WORDS[lang]["never"])
        yield [*first, f"{rule['id']} ({rule['ruleset']})", str(len(rule["cases"])), f"{rule['decisions']:,}", when]
        first = ["", ""]
    if not item["rules"]:
        yield [*first, _other(item, lang), "", "", ""]


def _other(item: Json, lang: str) -> str:
    """What carries a paragraph without rules, or why nothing does."""
    words = _WORDS[lang]
    named = [one["name"] for kind in ("rulesets", "parameters") for one in item[kind]]
    named += [f"{words['analysis']} {one['name']}" for one in item["analyses"]]
    if named:
        return ", ".join(named)
    return str(words["reason"]).format(item["without_rule"]) if item["without_rule"] else str(words["missing"])


def _details(item: Json, lang: str) -> Iterator[str]:
    yield f"{item['id']}  {item['document'][lang]}  {item['file']}:{item['line']}"
    yield f"  {item['gist'][lang]}"
    if not item["rules"]:
        yield f"  {_other(item, lang)}"
    for rule in item["rules"]:
        when = rule["last_fired_at"] or _WORDS[lang]["never"]
        yield f"  {rule['id']} ({rule['ruleset']})  {rule['file']}:{rule['line']}  {rule['because'][lang]}"
        head = _WORDS[lang]["head"]
        yield f"    {head[4]}: {rule['decisions']:,}; {head[5]}: {when}" + (
            f" ({rule['last_decision']})" if rule["last_decision"] else ""
        )
        yield from (f"    {case['file']}:{case['line']}  {case['case']}" for case in rule["cases"])


def _json(found: Json) -> str:
    return orjson.dumps(found, option=orjson.OPT_INDENT_2).decode()
