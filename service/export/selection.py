"""Which entries an export holds, and each with its proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from service.ledger import Entry
from service.ledger.search import Query
from service.proofs.export import Record

_PAGE: Final = 200


class Source(Protocol):
    """A ledger, or a file of it opened for reading. Raises what reading it raises."""

    def ahead(self, query: Query, first: int, end: int) -> list[Entry]:
        """Entries from `first` up to but without `end` that pass a query, oldest first, at most its limit."""
        ...

    def inclusion_proofs(self, indexes: Sequence[int], size: int) -> list[list[bytes]]:
        """The hashes that prove each of them in the tree of `size` entries."""
        ...


@dataclass(frozen=True, slots=True)
class Filters:
    """What entries are chosen by, all that are not None; days are those of `decided_at` in UTC, both included."""

    kind: str | None = None
    outcome: str | None = None
    ruleset: str | None = None
    since: dt.date | None = None
    subject: str | None = None
    until: dt.date | None = None

    @property
    def as_texts(self) -> dict[str, str]:
        """Those that are given, as the head of an export names them."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return {name: str(value) for name, value in given.items() if value is not None}

    @property
    def query(self) -> Query:
        """As the ledger takes them, a page at a time."""
        return Query(
            subject=self.subject, ruleset=self.ruleset, outcome=self.outcome, since=self.since, until=self.until,
            limit=_PAGE, kind=self.kind,
        )  # fmt: skip


def records(source: Source, filters: Filters, size: int) -> Iterator[tuple[Entry, Record]]:
    """The chosen ones of the first `size` entries, in the order of the log."""
    query, first = filters.query, 0
    while entries := source.ahead(query, first, size):
        proofs = source.inclusion_proofs([entry.index for entry in entries], size)
        for entry, proof in zip(entries, proofs, strict=True):
            yield entry, Record(entry.canonical, proof)
        first = entries[-1].index + 1
