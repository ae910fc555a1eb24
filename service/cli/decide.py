"""`run.py decide`: one decision from the command line, not recorded."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, NoReturn

import click
import orjson

from service import json_reader
from service.cli.policies import POLICIES, policy_of
from service.cli.readable import answer
from service.decide import Decider
from service.problems import Refusal


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--policies", envvar="POLICIES", type=click.Path(path_type=Path), default=POLICIES, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the document that the API would answer.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def decide(file: IO[bytes], policies: Path, as_json: bool, lang: str) -> None:
    """Decide the request in FILE (`-` for standard input), the same JSON that the API takes.

    Nothing is recorded: for a decision with a receipt, ask the service. Ends with 0 if the decision is
    `decided`, 3 if it is undecided, a conflict or an error, 2 if the request is not valid.
    """
    policy = policy_of(policies)
    try:
        decision = Decider(policy, "always").decide(json_reader.read(file.read(json_reader.MAX_BYTES + 1)))
    except Refusal as refusal:
        refuse(refusal, as_json)
    document = decision.document(receipt=None)
    if as_json:
        click.echo(document.decode())
    else:
        click.echo(answer(orjson.loads(document), decision.content["asked"], policy.checked.policy, lang))
        click.echo("\nnot recorded: a decision that counts is asked of the service", err=True)
    sys.exit(0 if decision.content["status"] == "decided" else 3)


def refuse(refusal: Refusal, as_json: bool) -> NoReturn:
    """Prints everything that is wrong with a request and ends the command with 2."""
    problem = refusal.as_json()
    if as_json:
        click.echo(orjson.dumps(problem).decode())
    else:
        click.echo(f"error: {problem['title'].lower()}", err=True)
        for fault in problem["errors"]:
            hint = f" ({fault['hint']})" if "hint" in fault else ""
            click.echo(f"  {fault['pointer'] or 'the whole body'}: {fault['detail']}{hint}", err=True)
    sys.exit(2)
