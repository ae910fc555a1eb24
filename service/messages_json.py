"""What can be wrong with a body before anything in it is looked at."""

from __future__ import annotations

from typing import Final

from service.messages import shown
from service.problems import Complaint

EMPTY: Final = Complaint("empty-body", "the body is empty", "send a JSON object")
CUT_SHORT: Final = Complaint("cut-short", "the body ended before the length that was announced")
HAS_BOM: Final = Complaint("byte-order-mark", "the body starts with a byte order mark", "send plain UTF-8")
UTF_16: Final = Complaint("not-utf8", "the body is in UTF-16 or UTF-32", "send UTF-8")
TOO_DEEP: Final = Complaint("too-deep", "arrays and objects are nested deeper than 32 levels")
BAD_TEXT: Final = Complaint("bad-character", "the text has half a surrogate pair or a NUL character")


def not_utf8(offset: int) -> Complaint:
    """The bytes are not UTF-8."""
    return Complaint("not-utf8", f"byte {offset} of the body is not UTF-8")


def not_json(line: int, column: int, reason: str) -> Complaint:
    """The text breaks the grammar of JSON."""
    return Complaint("syntax", f"line {line}, column {column}: {reason[:1].lower()}{reason[1:]}")


def repeated_member(name: str) -> Complaint:
    """One object has two members of one name."""
    return Complaint("duplicate-key", f"the member {shown(name)} stands more than once in its object")


def bad_constant(name: str) -> Complaint:
    """NaN or an infinity."""
    return Complaint("not-a-number", f"`{name}` is not a JSON number")


def bad_number(text: str) -> Complaint:
    """A number of absurd length or exponent."""
    return Complaint(
        "number-out-of-range",
        f"the number {shown(text)} has more than 400 characters or an exponent beyond ±400",
    )
