"""The text of an API key: `pdk_<id>_<secret><check>`, so that scanners find a leaked one and a slip is told apart.

The id names the key wherever it is spoken of. The secret is 192 random bits in 33 digits of base 62; the check
is the CRC-32 of all that stands before it, in 6.
"""

from __future__ import annotations

import hashlib
import re
import string
import zlib
from typing import Final, NamedTuple

from service.clock import Randomness

PREFIX: Final = "pdk_"
ID_LENGTH: Final = 8
_SECRET_BYTES: Final = 24
_SECRET_LENGTH: Final = 33
_CHECK_LENGTH: Final = 6
LENGTH: Final = len(PREFIX) + ID_LENGTH + 1 + _SECRET_LENGTH + _CHECK_LENGTH
SHAPE: Final = re.compile(rf"{PREFIX}[0-9a-z]{{{ID_LENGTH}}}_[0-9A-Za-z]{{{_SECRET_LENGTH + _CHECK_LENGTH}}}")
_ID: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Without the letters that are read as digits."""
_DIGITS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase


class Minted(NamedTuple):
    """A new key: its id, and its text, which is shown once and kept nowhere."""

    id: str
    text: str


def mint(randomness: Randomness) -> Minted:
    """A key made from chance."""
    key_id = "".join(_ID[byte % len(_ID)] for byte in randomness(ID_LENGTH))
    secret = _written(int.from_bytes(randomness(_SECRET_BYTES), "big"), _SECRET_LENGTH)
    body = f"{PREFIX}{key_id}_{secret}"
    return Minted(key_id, body + _check(body))


def id_of(text: str) -> str:
    """The id that stands in a text of the right length."""
    return text[len(PREFIX) : len(PREFIX) + ID_LENGTH]


def mistyped(text: str) -> bool:
    """Whether this cannot be a key that was ever made."""
    return SHAPE.fullmatch(text) is None or _check(text[:-_CHECK_LENGTH]) != text[-_CHECK_LENGTH:]


def digest(text: str) -> bytes:
    """What is kept of a key: its SHA-256. Nobody guesses 192 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).digest()


def _check(body: str) -> str:
    return _written(zlib.crc32(body.encode()), _CHECK_LENGTH)


def _written(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
