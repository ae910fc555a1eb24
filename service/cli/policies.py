"""What the commands share: reading a policy folder, and showing what is wrong with it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import click

from rules.check.checked import CheckedPolicySet
from rules.errors import PolicyError, report
from service.analyses.catalogue import offered
from service.repository import FolderError, LoadedPolicy, check_texts, load_policy, read_texts

POLICIES = Path("policies")


class Failure(click.ClickException):
    """One line for the user, exit code 1, no traceback."""

    def show(self, file: object = None) -> None:
        """`error: …` on the standard error."""
        click.echo(f"error: {self.format_message()}", err=True)


def texts_of(folder: Path) -> dict[str, str]:
    """The files of the folder, or an end with one line."""
    try:
        return read_texts(folder)
    except FolderError as error:
        raise Failure(str(error)) from None
    except PolicyError as error:
        broken(error, {})


def checked_of(texts: Mapping[str, str]) -> CheckedPolicySet:
    """The policy in the texts, or an end with every diagnostic drawn."""
    try:
        return check_texts(texts)
    except PolicyError as error:
        broken(error, texts)


def policy_of(folder: Path) -> LoadedPolicy:
    """The policy of the folder with its engines, fit to serve, or an end with every diagnostic drawn."""
    texts = texts_of(folder)
    try:
        policy = load_policy(checked_of(texts))
        offered(policy.checked)
        return policy
    except PolicyError as error:
        broken(error, texts)


def broken(error: PolicyError, texts: Mapping[str, str]) -> NoReturn:
    """Draw every diagnostic, count them, end with 1."""
    click.echo(report(error.diagnostics, texts), err=True)
    sys.exit(1)
