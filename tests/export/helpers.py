"""Exports made and read back."""

from __future__ import annotations

from pathlib import Path

from service.export import Exported, Filters, covering, export
from service.ledger import Places
from service.ledger.reader import Reader
from tests.audit.every_kind import SIZE as SIZE

KINDS = ("jsonl", "csv", "parquet")


def exported(places: Places, folder: Path, kind: str = "jsonl", filters: Filters | None = None) -> Exported:
    with Reader.open(places.ledger) as reader:
        return export(reader, filters or Filters(), covering(reader, places, environment={}), kind, folder)
