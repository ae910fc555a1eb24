"""Making a key."""

from __future__ import annotations

import datetime as dt
import os

from service.callers import rates
from service.callers import text as key_text
from service.callers.key_file import Key, KeyFile
from service.callers.scopes import SCOPES_OF, Role, Scope
from service.clock import Randomness


class IssueError(ValueError):
    """A key cannot be as asked for; the text says why."""


def issue(
    file: KeyFile,
    name: str,
    role: Role,
    now: dt.datetime,
    *,
    scopes: frozenset[Scope] | None = None,
    expires: dt.datetime | None = None,
    rate: str | None = None,
    randomness: Randomness = os.urandom,
) -> tuple[Key, str]:
    """A new key, kept by its hash, and its text, which is nowhere else. The scopes are the role's, or some of them.

    Raises `IssueError`, `RateError`, sqlite3.Error, OSError.
    """
    if not name.strip() or not name.isprintable() or len(name) > 100:
        raise IssueError("the name must be 1 to 100 printable characters")
    beyond = sorted((scopes or frozenset()) - SCOPES_OF[role])
    if beyond:
        listed = ", ".join(sorted(SCOPES_OF[role]))
        raise IssueError(f"the role {role} does not bring the scope {', '.join(beyond)}, only {listed}")
    if expires is not None and expires <= now:
        raise IssueError("the key would have expired before it is made")
    if rate is not None:
        rates.read(rate)
    minted = key_text.mint(randomness)
    granted = SCOPES_OF[role] if scopes is None else scopes
    key = Key(minted.id, key_text.digest(minted.text), name.strip(), role, granted, rate, now, expires)
    file.add(key)
    return key, minted.text
