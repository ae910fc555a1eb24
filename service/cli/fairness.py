"""`run.py fairness`: on which facts outcomes depend, and that none of them is protected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import orjson

from rules.check import check
from rules.errors import PolicyError
from rules.syntax import load
from service.cli.policies import POLICIES, broken, texts_of
from service.cli.table import table
from service.fairness import shown

Json = dict[str, Any]

_WORDS: Final = {
    "en": {
        "protected": ("protected fact", "label", "outcomes that could depend on it"), "none": "none",
        "outcomes": ("outcome", "title", "facts it depends on"), "allowed": "{} allowed by {}: {}",
        "fair": "fair: no outcome depends on a protected fact without a clause that allows it",
        "unfair": "not fair: see `run.py check`", "unmarked": "no fact is marked as protected",
    },
    "zh": {
        "protected": ("受保护的事实", "名称", "可能依赖它的结果"), "none": "无",
        "outcomes": ("结果", "名称", "所依赖的事实"), "allowed": "{} 依{}许可：{}",
        "fair": "公平：没有结果在无条款许可时依赖受保护的事实",
        "unfair": "不公平：见 run.py check", "unmarked": "没有标为受保护的事实",
    },
}  # fmt: skip


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=POLICIES)
@click.option("--json", "as_json", is_flag=True, help="Print the document that the API would answer.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def fairness(folder: Path, as_json: bool, lang: str) -> None:
    """Show on which facts each outcome of the policy in FOLDER (default: policies) depends.

    Protected facts come first, with every outcome that could depend on them, and how. Ends with 1 if one
    does without a clause that allows it.
    """
    texts = texts_of(folder)
    try:
        proof = shown(check(load(texts)))
    except PolicyError as error:
        broken(error, texts)
    click.echo(orjson.dumps(proof, option=orjson.OPT_INDENT_2).decode() if as_json else "\n".join(_report(proof, lang)))
    if not proof["fair"]:
        raise click.exceptions.Exit(1)


def _report(proof: Json, lang: str) -> Iterator[str]:
    words = _WORDS[lang]
    rows = [
        [fact["fact"], fact["label"][lang], line]
        for fact in proof["protected_facts"]
        for line in [_dependent(one, lang) for one in fact["outcomes"]] or [str(words["none"])]
    ]
    yield from table(words["protected"], rows) if rows else [str(words["unmarked"])]
    yield ""
    yield from table(
        words["outcomes"],
        [[one["ruleset"], one["title"][lang], ", ".join(one["depends_on"])] for one in proof["outcomes"]],
    )
    yield ""
    yield str(words["fair" if proof["fair"] else "unfair"])


def _dependent(one: Json, lang: str) -> str:
    allowed = one["allowed_by"]
    if allowed is None:
        return " → ".join(one["chain"])
    return str(_WORDS[lang]["allowed"]).format(one["ruleset"], allowed["clause"], allowed["purpose"])
