"""What the analyses tell of a book that cannot be read: codes, texts and hints, on one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.messages import NEEDED, not_numeric, shown, unknown_member, wrong_type
from service.problems import Complaint

__all__ = ["NEEDED", "not_numeric", "unknown_member", "wrong_type"]

NO_ROWS: Final = Complaint("empty", "the book has no rows")
EMPTY_CELL: Final = Complaint("required", "the cell is empty")
NOT_UTF8: Final = Complaint("not-utf8", "the row is not UTF-8", "save the file as CSV in UTF-8")
BLANK: Final = Complaint("empty", "the text is empty")
UNKNOWN_FORMAT: Final = Complaint(
    "unknown-format", "the file is none of `.csv`, `.xlsx`, `.parquet`", "save it as one of these"
)
NOT_FINITE: Final = Complaint("not-a-number", "the cell holds no finite number")
DAY: Final = Complaint("wrong-type", "the cell holds a date", "format the column as text or number")
TRUTH: Final = Complaint("wrong-type", "the cell holds a truth value", "format the column as text or number")
NUMBER_AS_ID: Final = Complaint(
    "wrong-type",
    "expected a text, not a number",
    "format the column as text: a number loses its leading zeros",
)


def padded(text: str) -> Complaint:
    """An id that looks like another one."""
    return Complaint("blanks-around", f"{shown(text)} has blanks before or after it", "take them away")


def repeated(names: Sequence[str], values: Sequence[object], first: str) -> Complaint:
    """Two rows about the same customer, product or month."""
    named = ", ".join(f"{name} {shown(str(value))}" for name, value in zip(names, values, strict=True))
    return Complaint("duplicate-row", f"{named} stands more than once, first in {first}")


def missing_column(name: str, header: Sequence[str]) -> Complaint:
    """A required column that the file does not have; the hint is the nearest one that it has."""
    return Complaint("missing-column", f"there is no column `{name}`", "", (name, tuple(header)))


def unknown_column(name: str, known: Sequence[str]) -> Complaint:
    """A column that the analysis does not read: perhaps an optional one, misspelt."""
    hint = "" if known else "take it out"
    return Complaint("unknown-column", f"the analysis reads no column {shown(name)}", hint, (name, tuple(known)))


def repeated_column(name: str) -> Complaint:
    """A header that names a column twice."""
    return Complaint("duplicate-column", f"the column {shown(name)} stands more than once")


def wrong_width(width: int, expected: int) -> Complaint:
    """A row with more or fewer cells than the header."""
    return Complaint("wrong-width", f"the row has {width} cells; the header has {expected}")


def broken(reason: str) -> Complaint:
    """A file that is not what its name says."""
    return Complaint("unreadable", f"the file cannot be read: {reason}")


def inexact(column: str) -> Complaint:
    """A parquet column of binary floats."""
    return Complaint(
        "binary-float",
        f"the column `{column}` holds binary floats, which cannot hold cents exactly",
        "write it as decimal(14, 2), as integers, or as text",
    )


def unfit_type(column: str, type_: str) -> Complaint:
    """A parquet column of a type that no cell can have."""
    return Complaint("wrong-type", f"the column `{column}` holds {shown(type_)}", "write it as text")


def inexact_cell(text: str, digits: int) -> Complaint:
    """A spreadsheet number that is not what it seems to be."""
    return Complaint(
        "binary-float",
        f"{shown(text)} has more than {digits} digits, the most that a spreadsheet number holds",
        "format the column as text",
    )


def missing_month(year: int, month: int) -> Complaint:
    """A month without which no index can be computed."""
    return Complaint("missing-month", f"there is no row for month {month} of {year}")


def too_few_years(count: int, needed: int) -> Complaint:
    """A book shorter than the policy's seasons."""
    return Complaint("too-few-years", f"the book has {count} years; `season_years` asks for {needed}")


def more_years(year: int, first: int) -> Complaint:
    """A year that would not count: better left out by the one who asks than by us."""
    return Complaint("too-many-years", f"{year} is before {first}, the first year that counts", "take it out")
