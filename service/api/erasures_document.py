"""The part of the API document that is about erasing personal data."""

from __future__ import annotations

from typing import Any, Final

from service import messages, messages_personal
from service.api.shapes import MOMENT, RECEIPT, TEXT, answer, body, members, nullable, problems

Json = dict[str, Any]

ERASURE: Final = members(
    {
        "subject": nullable(TEXT),
        "decision_id": {**nullable(TEXT), "description": "the decision, where it names no subject"},
        "erased_at": {**MOMENT, "description": "when the key was destroyed"},
        "entry_id": {**TEXT, "description": "the entry that says so"},
        "receipt": RECEIPT,
    }
)
_ANSWERS: Final[Json] = {
    "201": answer(ERASURE, "erased now"),
    "200": answer(ERASURE, "erased before, and nothing was sealed since; the last erasure"),
}

_REFUSALS: Final = (
    messages.NOT_JSON, messages.NOT_FOUND, messages.TOO_LARGE, messages.BAD_MEDIA_TYPE, messages.INVALID,
    messages.UNAVAILABLE,
)  # fmt: skip
_NOTHING: Final = body({"type": "object", "additionalProperties": False, "maxProperties": 0})

ERASE_SUBJECT: Final[Json] = {"requestBody": _NOTHING, "responses": {**_ANSWERS, **problems(*_REFUSALS)}}
ERASE_DECISION: Final[Json] = {
    "requestBody": _NOTHING,
    "responses": {**_ANSWERS, **problems(*_REFUSALS, messages_personal.OF_A_SUBJECT)},
}
