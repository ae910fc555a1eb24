"""An export verified offline: every entry is in the log that the key signs for, every column follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from service.export import csv_file, parquet_file
from service.export.columns import NAMES, shown
from service.proofs.export import HEAD, MalformedExport, Record, Verifier, at, parse_end, parse_head, verify_lines
from service.proofs.notes import VerifierKey

_PARQUET: Final = b"PAR1"

Progress = Callable[[int, int], None]
Cells = Callable[[dict[str, str], Record], list[str]]


def verify_file(path: Path, key: VerifierKey, progress: Progress = lambda done, of: None) -> Verifier:
    """Verify an export in a file of any format; `progress` is told how far in the log it is.

    Raises `MalformedExport`, `ProofError`, `notes.NoteError`, OSError.
    """
    with path.open("rb") as file:
        first = file.read(len(HEAD))
        if first == HEAD:
            file.seek(0)
            return verify_lines(file, key, progress)
    if first.startswith(_PARQUET):
        return _verify_rows(parquet_file.read_head(path), parquet_file.read(path), parquet_file.cells, key, progress)
    proof = csv_file.beside(path)
    if not proof.is_file():
        raise MalformedExport(f"it is no receipt, and no export: there is no `{proof.name}` beside it")
    return _verify_rows(proof.read_bytes(), csv_file.read(path), csv_file.cells, key, progress)


def _verify_rows(
    told: bytes, rows: Iterator[tuple[Record, list[str]]], cells: Cells, key: VerifierKey, progress: Progress
) -> Verifier:
    head, newline, end = told.partition(b"\n")
    count = parse_end(end)
    if count is None:
        raise MalformedExport("the head is not followed by the number of entries")
    verifier = Verifier(parse_head(head + newline), key)
    for number, (record, found) in enumerate(rows, 1):
        with at(f"row {number}"):
            document = verifier.take(record)
            for name, one, other in zip(NAMES, _expected(cells, document, record), found, strict=True):
                if one != other:
                    raise MalformedExport(f"its column `{name}` is not that of entry {document['index']}")
        progress(document["index"], verifier.checkpoint.size)
    verifier.end(count)
    return verifier


def _expected(cells: Cells, document: dict[str, Any], record: Record) -> list[str]:
    """The cells that follow from an entry."""
    try:
        return cells(shown(document, record), record)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise MalformedExport(f"entry {document['index']} is not in the form of this version") from None
