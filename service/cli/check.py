"""`run.py check`: are these files a policy?"""

from __future__ import annotations

from pathlib import Path

import click

from rules.errors import PolicyError
from rules.syntax import load_cases
from service.cli.policies import POLICIES, broken, checked_of, show, texts_of
from service.repository import load_policy


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=POLICIES)
def check(folder: Path) -> None:
    """Check the policy files in FOLDER (default: policies).

    Prints every diagnostic with its place and ends with 1 if there is an error; else one line with the
    release, which is the hash of all that can change a decision.
    """
    texts = texts_of(folder)
    checked = checked_of(texts)
    try:
        load_policy(checked)
        load_cases(texts)
    except PolicyError as error:
        broken(error, texts)
    show(checked.warnings, texts)
    rules = sum(len(ruleset.rules) for ruleset in checked.rulesets.values())
    click.echo(f"ok: {len(checked.rulesets)} rulesets, {rules} rules, release {checked.release}")
