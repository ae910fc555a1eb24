"""An export as a file: by its format, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from service.export import csv_file, jsonl, parquet_file
from service.export.covering import Covering
from service.export.selection import Filters, Source, records
from service.ledger import Entry
from service.proofs.export import Head, Record

FORMATS: Final = ("jsonl", "csv", "parquet")


class Exported(NamedTuple):
    """What was written."""

    path: Path
    entries: int


def export(
    source: Source,
    filters: Filters,
    under: Covering,
    kind: str,
    out: Path,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Exported:
    """Write the chosen entries to a file, or to `entries.<kind>` in a folder.

    What stood there is replaced when the new file is whole. `progress` is told how far in the log it is.
    Raises OSError, and what reading the ledger raises.
    """
    path = out / f"entries.{kind}" if out.is_dir() else out
    head = Head(under.note, filters.as_texts)
    size = under.checkpoint.size
    chosen = _told(records(source, filters, size), size, progress)
    with _replacing(path) as part:
        match kind:
            case "jsonl":
                count = jsonl.write(part, head, chosen)
            case "csv":
                with _replacing(csv_file.beside(path)) as proof:
                    count = csv_file.write(part, proof, head, chosen)
            case _:
                count = parquet_file.write(part, head, chosen)
    return Exported(path, count)


def _told(
    chosen: Iterator[tuple[Entry, Record]], size: int, progress: Callable[[int, int], None]
) -> Iterator[tuple[Entry, Record]]:
    for entry, record in chosen:
        yield entry, record
        progress(entry.index + 1, size)
    progress(size, size)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A file beside the path that takes its place in the end."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
    os.close(descriptor)
    try:
        yield Path(name)
        os.chmod(name, 0o600)  # DuckDB makes the file anew
        os.replace(name, path)
    finally:
        with suppress(OSError):
            os.unlink(name)
