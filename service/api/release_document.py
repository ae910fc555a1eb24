"""The part of the API document that is about releases and replays."""

from __future__ import annotations

from typing import Any, Final

from service import messages, messages_personal
from service.api.shapes import (
    ANYTHING,
    DAY,
    FLAG,
    MOMENT,
    RECEIPT,
    TEXT,
    TEXTS,
    answer,
    by_name,
    many,
    members,
    nullable,
    problems,
)
from service.api.shapes import RELEASE as HASH

Json = dict[str, Any]

_HEAD: Final[Json] = {
    "release": {**HASH, "description": "over the files' content"},
    "label": TEXT,
    "author": nullable(TEXT),
    "effective_from": {**nullable(DAY), "description": "null: for every day"},
    "recorded_at": MOMENT,
    "in_force": {**FLAG, "description": "whether it decides for today"},
    "receipt": RECEIPT,
}
_FILES: Final[Json] = {
    "engines": {**TEXTS, "description": "name and version, when it was recorded"},
    "files": {**by_name(TEXT), "description": "the text of each file by its name"},
}
_DIFFERENCE: Final = members(
    {
        "engine": TEXT,
        "pointer": {**TEXT, "description": "RFC 6901, into the entry"},
        "recorded": ANYTHING,
        "replayed": ANYTHING,
    }
)
_REPLAYED: Final = members({"decision_id": TEXT, "same": FLAG, "differences": many(_DIFFERENCE)})

RELEASES: Final[Json] = {
    "responses": {
        "200": answer(members({"items": many(members(_HEAD))}), "the releases, the newest first"),
        **problems(messages.UNAVAILABLE),
    }
}
RELEASE: Final[Json] = {
    "responses": {
        "200": answer(members({**_HEAD, **_FILES}), "the release"),
        **problems(messages.NOT_FOUND, messages.UNAVAILABLE),
    }
}
REPLAY: Final[Json] = {
    "responses": {
        "200": answer(_REPLAYED, "what differs; nothing, if `same`"),
        **problems(
            messages.NOT_FOUND, messages.UNUSABLE_RELEASE, messages_personal.KEY_MISSING, messages_personal.ERASED,
            messages.UNAVAILABLE,
        ),
    }
}
