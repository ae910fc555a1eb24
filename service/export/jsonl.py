"""An export as lines of JSON, as `service.proofs.export` has them: one file that verifies alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from service.ledger import Entry
from service.proofs.export import Head, Record, end_line


def lines(head: Head, chosen: Iterable[tuple[Entry, Record]]) -> Iterator[bytes]:
    """Every line."""
    count = 0
    yield head.line
    for _, record in chosen:
        count += 1
        yield record.line
    yield end_line(count)


def write(path: Path, head: Head, chosen: Iterable[tuple[Entry, Record]]) -> int:
    """Write them; the number of entries. Raises OSError."""
    count = -2  # for the first line and the last
    with path.open("wb") as file:
        for line in lines(head, chosen):
            file.write(line)
            count += 1
    return count
