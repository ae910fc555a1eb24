"""Which entries an export holds, and each with its proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from service.ledger import Entry
from service.ledger.search import Query
from service.proofs.export import Record, not_chosen

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
        """Those that the ledger answers, a page at a time; what came out stands in the entries alone."""
        return Query(self.subject, self.since, self.until, limit=_PAGE, kind=self.kind)

    def passing(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Of entries that pass the query, those that pass all: the verifier's own reading of them decides."""
        if self.ruleset is None and self.outcome is None:
            return entries
        given = self.as_texts
        return [entry for entry in entries if not_chosen(entry.document, given) is None]


def records(source: Source, filters: Filters, size: int) -> Iterator[tuple[Entry, Record]]:
    """The chosen ones of the first `size` entries, in the order of the log."""
    query, first = filters.query, 0
    while entries := source.ahead(query, first, size):
        chosen = filters.passing(entries)
        proofs = source.inclusion_proofs([entry.index for entry in chosen], size)
        for entry, proof in zip(chosen, proofs, strict=True):
            yield entry, Record(entry.canonical, proof)
        first = entries[-1].index + 1
