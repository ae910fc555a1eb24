"""The layout of the file: its tables, indexes and triggers, statement by statement, and its versions."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from service.audit.findings import Finding

class Version(NamedTuple):
    """A step of the layout: its name in `migrations`, and for each table, index and trigger that it makes the
    start of the SHA-256 of its statement."""

    name: str
    statements: dict[str, str]


VERSIONS: Final[tuple[Version, ...]] = (
    Version(
        "entries",
        {
            "migrations": "dc79f2668d9adc88bb712b987b0438aa",
            "migrations_next_only": "acf83d0241f8c339d3c0ca9c5622b697",
            "migrations_no_update": "67fda6a55f0cfca42488d8954cde483d",
            "migrations_no_delete": "a85bf90a015c90da184218ed74f486d4",
            "entries": "6a98e73d3e505041a73de94c5fb080e6",
            "entries_by_id": "fefcad4954e270f3405279e5138a8cdc",
            "entries_by_key": "5c4b0ddae8f87477ea1e48c5c454eb22",
            "entries_by_subject": "ebcfea52d2324def47a13143987299a9",
            "entries_by_time": "28c3fb164f623fdc4bcda792055cb0fc",
            "entries_next_only": "b04c20393848323f8ac080ad6f6bbf67",
            "entries_once": "225097192f27c0ffbc7ff3c192ead692",
            "entries_no_update": "341c49eed4fce2fcd4041a0c3b22f330",
            "entries_no_delete": "4016371d1b0684fafc6ec1976c77ff42",
        },
    ),
    Version(
        "tree",
        {
            "nodes": "e425f535f169c531db0cd0dc09d76c1b",
            "nodes_next_only": "cf8a25373a9593f069344e514561acf5",
            "nodes_no_update": "308cc68727adf36c7b31d038f8c3891d",
            "nodes_no_delete": "eaa2d1e67812fe6d434ea6933014f4f6",
        },
    ),
)
"""What each version added, the oldest first; a file has gone through the first of them, at least two."""

_OLDEST: Final = 2
"""Files of version 1 have no tree; a start of the service gives them one."""


def wrong_with(query: Callable[[str], list[Any]]) -> Iterator[Finding]:
    """Everything in the layout that is not that of a ledger."""
    try:
        versions = query("SELECT version, name FROM migrations ORDER BY version")
        found = dict(query("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    except sqlite3.Error as error:
        yield Finding(None, f"the layout cannot be read: {error}")
        return
    count = min(max(len(versions), _OLDEST), len(VERSIONS))
    if versions != [(number, version.name) for number, version in enumerate(VERSIONS[:count], 1)]:
        yield Finding(None, f"the table `migrations` says {versions}, not the versions of this layout")
    expected = {name: sql for version in VERSIONS[:count] for name, sql in version.statements.items()}
    for name in sorted(expected.keys() - found.keys()):
        yield Finding(None, f"`{name}` is missing from the file")
    for name, sql in sorted(found.items()):
        if name not in expected:
            yield Finding(None, f"`{name}` does not belong in a ledger")
        elif digest(sql) != expected[name]:
            yield Finding(None, f"`{name}` is not what guards a ledger: its statement was altered")


def digest(sql: str) -> str:
    """How a statement is known here."""
    return hashlib.sha256(sql.encode()).hexdigest()[:32]
