"""What an entry must be in itself: canonical bytes, their hash, and columns that repeat them."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final, NoReturn

import orjson
import rfc8785

from service.audit.rows import Row

SCHEMA: Final = 1
_COLUMNS: Final = ("entry_id", "kind", "subject", "as_of", "decided_at", "key_hash", "request_hash")
_MEMBERS: Final = frozenset({*_COLUMNS, "schema", "index", "facets", "content"})
_BEYOND_BMP: Final = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")
_OPTIONS: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def wrong_with(row: Row) -> str | None:
    """The first thing that is wrong with a row, None if nothing is; sets its document."""
    if hashlib.sha256(b"\x00" + row.canonical).digest() != row.leaf_hash:
        return "its leaf hash is not that of its bytes"
    try:
        document = parsed(row.canonical)
    except (ValueError, TypeError, RecursionError) as error:
        return f"its bytes are not canonical JSON: {error}"
    if document.keys() != _MEMBERS or document["schema"] != SCHEMA or type(document["schema"]) is not int:
        return f"its bytes are not an entry of schema {SCHEMA}"
    if document["index"] != row.index or type(document["index"]) is not int:
        return f"its bytes are those of entry {document['index']}"
    for name, column in zip(_COLUMNS, row.columns, strict=True):
        if (column.hex() if type(column) is bytes else column) != document[name]:
            return f"its column `{name}` is not that of its bytes"
    row.document = document
    return None


def parsed(canonical: bytes) -> dict[str, Any]:
    """The object in canonical bytes (RFC 8785) without floats. Raises ValueError, TypeError, RecursionError.

    Where no character is beyond the BMP, UTF-8 and UTF-16 sort keys alike, and orjson writes what the
    reference does, some times faster.
    """
    document = json.loads(canonical.decode(), parse_float=_refuse, parse_constant=_refuse)
    if type(document) is not dict:
        raise ValueError("not an object")
    if any(lead in canonical for lead in _BEYOND_BMP):
        again = rfc8785.dumps(document)
    else:
        again = orjson.dumps(document, option=_OPTIONS)
    if again != canonical:
        raise ValueError("written otherwise than RFC 8785 says")
    return document


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"the number {text}")
