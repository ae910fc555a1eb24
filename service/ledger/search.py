"""Searching: from filters to one SQL query that an index answers, newest entry first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from service.ledger.entry import Entry

MAX_LIMIT = 1000
"""The largest page."""


@dataclass(frozen=True)
class Page:
    """Entries, newest first, and the cursor of the next page (`after`), None on the last."""

    entries: tuple[Entry, ...]
    next: int | None


@dataclass(frozen=True)
class Query:
    """What to look for; every filter that is not None must hold.

    `since` and `until` are UTC dates of `decided_at`, both included; `after` is a page's `next`; `kind` is
    what was recorded. Raises ValueError for a limit outside 1 to `MAX_LIMIT`.
    """

    subject: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    after: int | None = None
    limit: int = 50
    kind: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            raise ValueError(f"`limit` is not between 1 and {MAX_LIMIT}")

    def sql(self) -> tuple[str, dict[str, Any]]:
        """The query and its parameters; its rows are `leaf_index`, `leaf_hash`, `canonical`.

        The inner query walks an index named in it, so SQLite refuses rather than scans. It asks for one
        row more than a page holds, to tell whether there is a next one.
        """
        index, conditions = self._source()
        if self.after is not None:
            conditions.append("leaf_index < :after")
        where = " WHERE " + " AND ".join(conditions) if conditions else ""
        newest = f"SELECT leaf_index FROM entries{index}{where} ORDER BY leaf_index DESC LIMIT :rows"
        return (
            f"SELECT leaf_index, leaf_hash, canonical FROM entries WHERE leaf_index IN ({newest})"
            " ORDER BY leaf_index DESC"
        ), {**self._filters(), "after": self.after, "rows": self.limit + 1}

    def ahead(self, first: int, end: int) -> tuple[str, dict[str, Any]]:
        """The same the other way: at most `limit` entries from `first` up to but without `end`, the oldest first."""
        index, conditions = self._source()
        if index.endswith("_by_time"):
            index = ""  # it does not know the order of the log
        where = " AND ".join(["leaf_index >= :first", "leaf_index < :end", *conditions])
        oldest = f"SELECT leaf_index FROM entries{index} WHERE {where} ORDER BY leaf_index LIMIT :most"
        return (
            f"SELECT leaf_index, leaf_hash, canonical FROM entries WHERE leaf_index IN ({oldest}) ORDER BY leaf_index"
        ), {**self._filters(), "first": first, "end": end, "most": self.limit}

    def page(self, rows: list[Any]) -> Page:
        """The page that the rows of the query make."""
        entries = tuple(Entry(*row) for row in rows[: self.limit])
        return Page(entries, entries[-1].index if len(rows) > self.limit else None)

    def _filters(self) -> dict[str, Any]:
        return {
            "subject": self.subject,
            "since": self.since.isoformat() if self.since else None,
            # every time of that day starts with `<date>T`, and `U` follows `T`
            "until": f"{self.until.isoformat()}U" if self.until else None,
            "kind": self.kind,
        }

    def _source(self) -> tuple[str, list[str]]:
        """Index and conditions: the subject narrows most, then the time.

        The kind has no index: nearly all entries are decisions, and the others have a subject to ask for.
        """
        times = ["decided_at >= :since"] if self.since is not None else []
        times += ["decided_at < :until"] if self.until is not None else []
        kinds = ["kind = :kind"] if self.kind is not None else []
        if self.subject is not None:
            return " INDEXED BY entries_by_subject", ["subject = :subject", *times, *kinds]
        return " INDEXED BY entries_by_time" if times else "", [*times, *kinds]
