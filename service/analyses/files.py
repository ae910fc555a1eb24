"""Books in files, by the ending of their name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.analyses import messages
from service.analyses.base import Analysis
from service.analyses.faults import BadBook, BookFault
from service.analyses.read_csv import read_csv
from service.analyses.read_parquet import read_parquet
from service.analyses.read_xlsx import read_xlsx

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_READERS: Final = {".csv": read_csv, ".xlsx": read_xlsx, ".parquet": read_parquet}


def read_file(connection: DuckDBPyConnection, analysis: Analysis, path: Path, most: int) -> None:
    """Make the table `book` from a file. Raises `BadBook` with the faults, `most` of them kept."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise BadBook((BookFault(None, None, messages.UNKNOWN_FORMAT),))
    if not path.is_file():
        raise BadBook((BookFault(None, None, messages.broken("there is no such file")),))
    reader(connection, analysis, path, most)
