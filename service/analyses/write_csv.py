"""Results as CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from service.analyses import store
from service.analyses.base import Outcome
from service.analyses.columns import ResultKind, names, shown

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def write_csv(outcome: Outcome, path: Path) -> None:
    """Write every row of the result, in UTF-8 with a byte order mark, which spreadsheets look for."""
    columns = outcome.analysis.results
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(names(columns))
        for page in store.pages(outcome.connection, "result", columns):
            by_column = zip(columns, zip(*page, strict=True), strict=True)
            cells = [_cells(column.kind, values) for column, values in by_column]
            writer.writerows(zip(*cells, strict=True))


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before one that it would."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def _cells(kind: ResultKind, values: Sequence[Any]) -> Sequence[Any]:
    """The cells of a column; the writer makes null an empty one."""
    if kind == "text":
        return [neutral(value) for value in values]
    if kind == "names":
        return ["; ".join(value) for value in values]
    if kind == "flag":
        return [None if value is None else "true" if value else "false" for value in values]
    return values if kind in ("enum", "integer") else [shown(kind, value) for value in values]
