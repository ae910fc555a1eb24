"""`run.py explain`: why and why not, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import click
import orjson

from service import json_reader
from service.cli.decide import refuse
from service.cli.policies import POLICIES, policy_of
from service.decide import Decider
from service.explanation import explained
from service.problems import Refusal

Json = dict[str, Any]
_MARK: Final = {"true": "✓", "false": "✗", "unknown": "?", "error": "!"}


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--policies", envvar="POLICIES", type=click.Path(path_type=Path), default=POLICIES, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as the API would answer it.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def explain(file: IO[bytes], policies: Path, as_json: bool, lang: str) -> None:
    """Explain the decision on the request in FILE (`-` for standard input): every rule, and what stopped it.

    ✓ holds, ✗ does not, ? depends on facts that are absent, ! could not be evaluated. Nothing is recorded.
    """
    policy = policy_of(policies)
    try:
        request = Decider(policy).read(json_reader.read(file.read(json_reader.MAX_BYTES + 1)))
    except Refusal as refusal:
        refuse(refusal, as_json)
    rulesets = explained(policy, request)
    if as_json:
        click.echo(orjson.dumps({"rulesets": rulesets}, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n\n".join("\n".join(_ruleset(ruleset, lang)) for ruleset in rulesets))


def _ruleset(ruleset: Json, lang: str) -> Iterator[str]:
    yield f"{ruleset['title'][lang]} ({ruleset['ruleset']}): {ruleset['status']}, hit policy {ruleset['hit_policy']}"
    for rule in ruleset["rules"]:
        fired = "  ← fired" if rule["fired"] else ""
        yield f"  {_MARK[rule['verdict']]} {rule['id']} {rule['clause']}: {rule['because'][lang]}{fired}"
        for condition in rule["conditions"]:
            yield f"      {_MARK[condition['verdict']]} {condition['text']}"
            if condition["reads"]:
                yield "          " + ", ".join(f"{read['name']} = {_value(read)}" for read in condition["reads"])
    for computed in ruleset["computed"]:
        yield f"  {computed['name']} = {_value(computed)}  ({computed['text']})"
        for word in ("kept", "left_out"):
            for item in computed.get("items", {}).get(word, ()):
                yield f"      {word.replace('_', ' ')} {item['place']}: {_text(item['item'])}"


def _value(shown: Json) -> str:
    return "unknown" if shown.get("unknown") else _text(shown["value"])


def _text(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} items" if any(isinstance(v, dict) for v in value) else ", ".join(map(_text, value)) or "—"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(item)}" for name, item in value.items())
    return "—" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
