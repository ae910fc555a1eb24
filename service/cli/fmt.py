"""`run.py fmt`: policy files in their canonical form."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from rules.errors import Diagnostic, PolicyError, in_order, report
from rules.syntax import load_cases, read
from rules.syntax.fmt import format_text
from service.cli.policies import POLICIES, texts_of


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=POLICIES)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; end with 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
def fmt(folder: Path, only_check: bool, diff: bool) -> None:
    """Write the policy files in FOLDER (default: policies) in their canonical form.

    Keys in the order of docs/language.md, two blanks of indentation, aligned tables, expressions evenly
    spaced; comments stay, and so does all that the files mean. A file with mistakes is left alone: they
    are printed, and the command ends with 1.
    """
    texts = texts_of(folder)
    wrong = _unreadable(texts)
    broken = {one.span.file for one in wrong}
    made = {file: format_text(file, text) for file, text in texts.items() if file not in broken}
    changed = [file for file, text in made.items() if text != texts[file]]
    for file in changed:
        if diff:
            click.echo(_difference(file, texts[file], made[file]), nl=False)
        if not diff and not only_check:
            (folder / file).write_bytes(made[file].encode("utf-8"))
    if wrong:
        click.echo(report(wrong, texts), err=True)
    _summary(changed, len(broken), dry=diff or only_check)
    sys.exit(1 if wrong or (only_check and changed) else 0)


def _unreadable(texts: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """What cannot be read, in policies and in cases."""
    _, found = read(texts)
    try:
        load_cases(texts)
    except PolicyError as error:
        return in_order([*found, *error.diagnostics])
    return in_order(found)


def _difference(file: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(old.splitlines(True), new.splitlines(True), file, f"{file} (formatted)")
    return "".join(line if line.endswith("\n") else line + "\n\\ no line break at the end\n" for line in lines)


def _summary(changed: list[str], left: int, *, dry: bool) -> None:
    verb = "would be formatted" if dry else "formatted"
    for file in changed:
        click.echo(f"{file} {verb}", err=True)
    if left:
        click.echo(f"{left} left alone", err=True)
    if not changed and not left:
        click.echo("ok: every file is in its canonical form", err=True)
