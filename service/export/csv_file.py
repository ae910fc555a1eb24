"""An export as CSV for spreadsheets; head and number of entries stand in a file beside it, which verifying needs.

Every cell is quoted (RFC 4180). `entry` and `proof` are base64, so no neutralised cell hides what was recorded.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from service.export.columns import NAMES, harmless, proof_of, proof_text, shown
from service.ledger import Entry
from service.proofs import notes
from service.proofs.export import Head, MalformedExport, Record, end_line


def beside(path: Path) -> Path:
    """The file with the head of an export."""
    return path.with_name(f"{path.name}.proof")


def write(path: Path, proof: Path, head: Head, chosen: Iterable[tuple[Entry, Record]]) -> int:
    """Write both files, in UTF-8 with the byte order mark that spreadsheets look for. Raises OSError."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
        writer.writerow(NAMES)
        for entry, record in chosen:
            writer.writerow(cells(shown(entry.document, record), record))
            count += 1
    proof.write_bytes(head.line + end_line(count))
    return count


def cells(texts: dict[str, str], record: Record) -> list[str]:
    """The cells of a row."""
    return [*map(harmless, texts.values()), notes.encode(record.entry), proof_text(record)]


def read(path: Path) -> Iterator[tuple[Record, list[str]]]:
    """Each row's record and its cells as they stand. Raises `MalformedExport`, OSError."""
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # an entry may have megabytes
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            if tuple(next(rows, ())) != NAMES:
                raise MalformedExport("its first line does not name the columns of an export")
            for row in rows:
                if len(row) != len(NAMES):
                    raise MalformedExport(f"line {rows.line_num}: {len(row)} cells, not {len(NAMES)}")
                yield Record(notes.decode(row[-2]), proof_of(row[-1])), row
    except (csv.Error, UnicodeDecodeError, ValueError) as error:
        raise MalformedExport(f"it cannot be read as CSV: {error}") from None
