"""The header of a file: which columns it has, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Sequence

from service.analyses import messages
from service.analyses.base import Analysis
from service.analyses.columns import names
from service.analyses.faults import Found

HEADER_ROW = 1


def check_header(analysis: Analysis, header: Sequence[str], found: Found, row: int | None = HEADER_ROW) -> None:
    """Add a fault for each column that is missing, unknown or there twice."""
    known = names(analysis.columns)
    for column in analysis.columns:
        if column.required and column.name not in header:
            others = [name for name in header if name not in known]
            found.add(row, column.name, messages.missing_column(column.name, others))
    left = [name for name in known if name not in header]
    for place, name in enumerate(header):
        if name in header[:place]:
            found.add(row, name, messages.repeated_column(name))
        elif name not in known:
            found.add(row, name, messages.unknown_column(name, left))
