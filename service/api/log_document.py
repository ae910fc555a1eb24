"""The part of the API document that is about the log and its receipts."""

from __future__ import annotations

from typing import Any, Final

from service import messages
from service.problems import Kind

Json = dict[str, Any]

_NUMBER: Final[Json] = {"type": "integer", "minimum": 0}
_HASHES: Final[Json] = {
    "type": "array",
    "items": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "description": "SHA-256 in hexadecimal, from the leaf upwards",
}


def _problems(*kinds: Kind) -> Json:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(kind.status): {"description": kind.title, "content": content} for kind in kinds}


def _answer(description: str, media_type: str, schema: Json, *kinds: Kind) -> Json:
    ok = {"description": description, "content": {media_type: {"schema": schema}}}
    return {"responses": {"200": ok, **_problems(*kinds)}}


def _query(name: str, description: str, required: bool) -> Json:
    return {"in": "query", "name": name, "description": description, "required": required, "schema": _NUMBER}


def _proof(about: str, description: str) -> Json:
    schema = {
        "type": "object",
        "properties": {about: _NUMBER, "size": _NUMBER, "hashes": _HASHES},
        "required": [about, "size", "hashes"],
    }
    parameters = [_query(about, description, True), _query("size", "entries in the log; now, if left out", False)]
    answer = _answer("the proof", "application/json", schema, messages.BAD_QUERY, messages.UNAVAILABLE)
    return {"parameters": parameters, **answer}


_TEXT: Final[Json] = {"type": "string"}
CHECKPOINT: Final = _answer("a signed note", "text/plain", _TEXT, messages.UNAVAILABLE)
KEY: Final = _answer("`<origin>+<key id>+<base64>`", "text/plain", _TEXT)
ENTRY: Final = _answer(
    "the canonical bytes", "application/json", {"type": "object"}, messages.NOT_FOUND, messages.UNAVAILABLE
)
INCLUSION: Final = _proof("index", "place of the entry, from 0")
CONSISTENCY: Final = _proof("old", "entries in the older log, from 1")
RECEIPT: Final = _answer("the receipt", "text/plain", _TEXT, messages.NOT_FOUND, messages.UNAVAILABLE)
