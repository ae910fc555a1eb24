"""`run.py keys`: who may ask the service for what."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from service.callers.issue import IssueError, issue
from service.callers.key_file import Key, KeyFile
from service.callers.rates import RateError
from service.callers.scopes import SCOPES_OF, Role, Scope
from service.cli.policies import Failure
from service.cli.table import table
from service.clock import SystemClock
from service.config import Settings

_DAYS = re.compile(r"([1-9][0-9]{0,4})d")

_data_dir = click.option(
    "--data-dir", envvar="DATA_DIR", type=click.Path(path_type=Path), default=Settings().data_dir, show_default=True,
    help="Folder of the keys, the same as the service's.",
)  # fmt: skip


class Expiry(click.ParamType[dt.datetime]):
    """A day to come, or a number of days from now."""

    name = "YYYY-MM-DD|DAYSd"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The moment, in UTC; a day ends the key as it begins."""
        if isinstance(value, dt.datetime):
            return value
        days = _DAYS.fullmatch(value)
        try:
            if days:
                return SystemClock().now() + dt.timedelta(days=int(days[1]))
            return dt.datetime.combine(dt.date.fromisoformat(value), dt.time(), dt.UTC)
        except (ValueError, OverflowError):
            self.fail(f"`{value}` is neither a day such as 2027-01-31 nor a number of days such as 90d", param, ctx)


@click.group()
def keys() -> None:
    """Make, list and revoke API keys. A running service knows within two seconds."""


@keys.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice([str(role) for role in Role]), required=True,
    help="What the key is for: " + "; ".join(f"{role}: {', '.join(sorted(SCOPES_OF[role]))}" for role in Role) + ".",
)  # fmt: skip
@click.option(
    "--scope", "scopes", type=click.Choice([str(scope) for scope in Scope]), multiple=True,
    help="Only this scope of the role's; may be given again.",
)  # fmt: skip
@click.option("--expires", type=Expiry(), help="The key ends on this day, or after so many days; else never.")
@click.option("--rate", help="How often it may be used, as in `100/minute`, instead of RATE_LIMIT.")
@_data_dir
def create(
    name: str, role: str, scopes: tuple[str, ...], expires: dt.datetime | None, rate: str | None, data_dir: Path
) -> None:
    """Make a key and print it, once: only its hash is kept. NAME says whose it is."""
    some = frozenset(Scope(scope) for scope in scopes) or None
    with _usable(data_dir) as file:
        made, text = issue(
            file, name, Role(role), SystemClock().now(), scopes=some, expires=expires, rate=rate
        )
    click.echo(f"key {made.id} for {made.name}, {_granted(made)}; it is shown this once:", err=True)
    click.echo(text)


@keys.command("list")
@_data_dir
def list_command(data_dir: Path) -> None:
    """List every key ever made; their texts are not kept."""
    with _usable(data_dir) as file:
        every = file.every()
    if not every:
        click.echo("no keys yet: python run.py keys create")
        return
    now = SystemClock().now()
    head = ("id", "name", "role", "scopes", "status", "rate", "created", "expires", "last used")
    for line in table(head, [_row(key, now) for key in every]):
        click.echo(line)


@keys.command()
@click.argument("key_id", metavar="ID")
@_data_dir
def revoke(key_id: str, data_dir: Path) -> None:
    """Let the key of that ID count no more, for ever."""
    with _usable(data_dir) as file:
        revoked = file.revoke(key_id, SystemClock().now())
    if revoked is None:
        raise Failure(f"there is no key `{key_id}`: python run.py keys list shows their ids")
    click.echo(f"key {revoked.id} of {revoked.name} is revoked since {_moment(revoked.revoked)}")


@contextmanager
def _usable(data_dir: Path) -> Iterator[KeyFile]:
    file = KeyFile(data_dir)
    try:
        yield file
    except (IssueError, RateError) as error:
        raise Failure(str(error)) from None
    except (sqlite3.Error, ValueError, OSError) as error:
        raise Failure(f"the keys in `{file.path}` cannot be used: {error}") from None


def _granted(key: Key) -> str:
    until = f" until {_moment(key.expires)}" if key.expires is not None else ""
    return f"{key.role} ({', '.join(sorted(key.scopes))}){until}"


def _row(key: Key, now: dt.datetime) -> tuple[str, ...]:
    times = (_moment(moment) for moment in (key.created, key.expires, key.last_used))
    return (key.id, key.name, key.role, " ".join(sorted(key.scopes)), key.status(now), key.rate or "-", *times)


def _moment(moment: dt.datetime | None) -> str:
    return "-" if moment is None else f"{moment:%Y-%m-%d %H:%M}Z"
