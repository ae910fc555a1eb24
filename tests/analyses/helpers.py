"""Running analyses on rows given as objects, on one database for all tests."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from service.analyses import store
from service.analyses.analyse import analyse, rows
from service.analyses.base import Outcome
from service.analyses.book import from_objects
from service.analyses.catalogue import ANALYSES, Offered

SHEETS = Path(__file__).parent / "sheets"
STORED = {"abc_class_a_share": 700_000, "abc_class_b_share": 900_000,
          "share_of_wallet_floor": 300_000, "season_years": 3}  # fmt: skip
SHOWN = {"abc_class_a_share": "0.7", "abc_class_b_share": "0.9", "share_of_wallet_floor": "0.3", "season_years": 3}
Rows = list[dict[str, Any]]

_CONNECTION = store.connect()


def offer(name: str, **stored: int) -> Offered:
    return Offered(ANALYSES[name], {**STORED, **stored}, {p: SHOWN[p] for p in ANALYSES[name].parameters})


def outcome(name: str, book: Sequence[Mapping[str, Any]], annual: str = "1000.00", **stored: int) -> Outcome:
    """The tables of an analysis; they live until the next one runs."""
    for table in ("book", "result", "summary"):
        _CONNECTION.execute(f"DROP TABLE IF EXISTS {table}")
    analysis = ANALYSES[name]
    from_objects(analysis, book, 100).load(_CONNECTION)
    options = {"annual_target": int(annual.replace(".", ""))} if analysis.options else {}
    return analyse(_CONNECTION, offer(name, **stored), options)


def result(name: str, book: Sequence[Mapping[str, Any]], annual: str = "1000.00", **stored: int) -> Rows:
    return list(rows(outcome(name, book, annual, **stored)))


def sheet(file: str, columns: Sequence[str] | None = None) -> Rows:
    """A sheet as the rows of a request: empty cells are null, years and months numbers."""
    with (SHEETS / file).open(encoding="utf-8", newline="") as opened:
        read = list(csv.DictReader(opened))
    kept = columns or list(read[0])
    return [{name: _cell(name, row[name]) for name in kept if name in row} for row in read]


def _cell(name: str, text: str) -> Any:
    if name in ("year", "month"):
        return int(text)
    return text or None
