"""The part of the API document that is about the log and its receipts."""

from __future__ import annotations

from typing import Any, Final

from service import messages
from service.api.shapes import COUNT, HASH, OBJECT, TEXT, answer, many, members, problems, query

Json = dict[str, Any]

_HASHES: Final = {**many(HASH), "description": "SHA-256 in hexadecimal, from the leaf upwards"}


def _proof(about: str, description: str, lowest: int) -> Json:
    return {
        "parameters": [
            query(about, description, {**COUNT, "minimum": lowest}, required=True),
            query("size", "entries in the log; now, if left out", {**COUNT, "minimum": 1}),
        ],
        "responses": {
            "200": answer(members({about: COUNT, "size": COUNT, "hashes": _HASHES}), "the proof"),
            **problems(messages.BAD_QUERY, messages.UNAVAILABLE),
        },
    }


CHECKPOINT: Final[Json] = {
    "responses": {
        "200": answer(TEXT, "a signed note", media_type="text/plain"),
        **problems(messages.UNAVAILABLE),
    }
}
KEY: Final[Json] = {"responses": {"200": answer(TEXT, "`<origin>+<key id>+<base64>`", media_type="text/plain")}}
ENTRY: Final[Json] = {
    "responses": {
        "200": answer(OBJECT, "the canonical bytes"),
        **problems(messages.NOT_FOUND, messages.UNAVAILABLE),
    }
}
INCLUSION: Final = _proof("index", "place of the entry, from 0", 0)
CONSISTENCY: Final = _proof("old", "entries in the older log, from 1", 1)
RECEIPT: Final[Json] = {
    "responses": {
        "200": answer(TEXT, "the receipt", media_type="text/plain"),
        **problems(messages.NOT_FOUND, messages.UNAVAILABLE),
    }
}
