"""The part of the API document that is about releases and replays."""

from __future__ import annotations

from typing import Any, Final

from service import messages
from service.problems import Kind

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string"}
_HEAD: Final[Json] = {
    "release": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$", "description": "over the files' content"},
    "label": _TEXT,
    "author": {"type": ["string", "null"]},
    "effective_from": {"type": ["string", "null"], "format": "date", "description": "null: for every day"},
    "recorded_at": {"type": "string", "format": "date-time"},
    "in_force": {"type": "boolean", "description": "whether it decides for today"},
    "receipt": {
        "type": "object",
        "properties": {"index": {"type": "integer", "minimum": 0}, "leaf_hash": _TEXT},
        "required": ["index", "leaf_hash"],
    },
}
_FILES: Final[Json] = {
    "engines": {"type": "array", "items": _TEXT, "description": "name and version, when it was recorded"},
    "files": {"type": "object", "additionalProperties": _TEXT, "description": "the text of each file by its name"},
}
_DIFFERENCE: Final[Json] = {
    "engine": _TEXT,
    "pointer": {"type": "string", "description": "RFC 6901, into the entry"},
    "recorded": {},
    "replayed": {},
}


def _object(members: Json) -> Json:
    return {"type": "object", "properties": members, "required": list(members)}


def _answer(description: str, members: Json, *kinds: Kind) -> Json:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "responses": {
            "200": {"description": description, "content": {"application/json": {"schema": _object(members)}}},
            **{str(kind.status): {"description": kind.title, "content": problem} for kind in kinds},
        }
    }


RELEASES: Final = _answer("the releases", {"items": {"type": "array", "items": _object(_HEAD)}}, messages.UNAVAILABLE)
RELEASE: Final = _answer("the release", {**_HEAD, **_FILES}, messages.NOT_FOUND, messages.UNAVAILABLE)
REPLAY: Final = _answer(
    "what differs; nothing, if `same`",
    {
        "decision_id": _TEXT,
        "same": {"type": "boolean"},
        "differences": {"type": "array", "items": _object(_DIFFERENCE)},
    },
    messages.NOT_FOUND,
    messages.UNUSABLE_RELEASE,
    messages.UNAVAILABLE,
)
