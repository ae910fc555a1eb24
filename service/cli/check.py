"""`run.py check`: are these files a policy?"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from rules.analysis import fairness
from rules.check.everything import everything
from rules.errors import Diagnostic, PolicyError, in_order, report
from service.cli import formats
from service.cli.policies import POLICIES, Failure
from service.repository import FolderError, load_policy, read_texts


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=POLICIES)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
    help="For people, for programs (an array of objects), or as annotations of a GitHub workflow.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
def check(folder: Path, form: str, strict: bool) -> None:
    """Check the policy files in FOLDER (default: policies).

    Prints all that is wrong in all files, each with its place, and ends with 1 if there is an error; else
    the last line says the release, which is the hash of all that can change a decision.
    """
    texts, diagnostics, summary = _examined(folder)
    if strict:
        diagnostics = [replace(one, severity="error") for one in diagnostics]
    failed = any(one.severity == "error" for one in diagnostics)
    if form == "json":
        click.echo(formats.as_json(diagnostics))
    elif form == "github":
        for one in diagnostics:
            click.echo(formats.as_annotation(one, folder.as_posix()))
    else:
        if diagnostics:
            click.echo(report(diagnostics, texts), err=True)
        if not failed:
            click.echo(summary)
    sys.exit(1 if failed else 0)


def _examined(folder: Path) -> tuple[dict[str, str], Sequence[Diagnostic], str]:
    """The files, what is wrong with them, and what they hold if nothing is."""
    try:
        texts = read_texts(folder)
    except FolderError as error:
        raise Failure(str(error)) from None
    except PolicyError as error:
        return {}, error.diagnostics, ""
    found = everything(texts)
    if found.checked is None:
        return texts, found.diagnostics, ""
    diagnostics = in_order([*found.diagnostics, *fairness.diagnostics(found.checked)])
    try:
        load_policy(found.checked)
    except PolicyError as error:
        return texts, in_order([*diagnostics, *error.diagnostics]), ""
    rulesets = found.checked.rulesets
    rules = sum(len(ruleset.rules) for ruleset in rulesets.values())
    summary = f"ok: {len(rulesets)} rulesets, {rules} rules, release {found.checked.release}"
    return texts, diagnostics, summary
