"""Results as CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Final

from service.analyses import store
from service.analyses.base import Outcome
from service.analyses.columns import names, shown

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def write_csv(outcome: Outcome, path: Path) -> None:
    """Write every row of the result, in UTF-8 with a byte order mark, which spreadsheets look for."""
    columns = outcome.analysis.results
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(names(columns))
        for row in store.rows(outcome.connection, "result", columns):
            writer.writerow([_cell(c.kind, value) for c, value in zip(columns, row, strict=True)])


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before one that it would."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def _cell(kind: Any, value: Any) -> Any:
    if value is None:
        return ""
    if kind == "text":
        return neutral(value)
    if kind == "names":
        return "; ".join(value)
    if kind == "flag":
        return "true" if value else "false"
    return shown(kind, value)
