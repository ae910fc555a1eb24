"""The part of the API document that is about simulations."""

from __future__ import annotations

from typing import Any, Final

from service import messages, messages_api
from service.api.decisions_document import ABOUT, ACTION, FOUND
from service.api.shapes import (
    NULL,
    OBJECT,
    POLICY,
    RELEASE,
    STATUS,
    TEXT,
    TEXTS,
    answer,
    body,
    by_name,
    either,
    many,
    members,
    named,
    nullable,
    problems,
    strict,
)
from service.simulation import MAX_FILE, MAX_FILES, MAX_NAME, NAME

Json = dict[str, Any]

_FILE: Final[Json] = {**nullable(TEXT), "maxLength": MAX_FILE, "description": "its whole text; null takes it away"}
_NAMES: Final[Json] = {"pattern": NAME, "maxLength": MAX_NAME}
_POLICY: Final = strict({"files": {**by_name(_FILE), "maxProperties": MAX_FILES, "propertyNames": _NAMES}})
TRIED: Final[Json] = {
    "parameters": {**nullable(OBJECT), "description": "other values of the policy's parameters, by name"},
    "policy": {
        **nullable(_POLICY),
        "description": "files that replace those of the same name in the release, or are added to it",
    },
    "release": {
        **nullable(RELEASE),
        "description": "the recorded release to decide by; left out: the one that a decision would be made by",
    },
}
"""What a simulation has besides the members of a decision's request."""

_GIST: Final = either(members({"status": STATUS, "values": OBJECT}), NULL)
_DUTY: Final = members({name: ACTION["properties"][name] for name in ("action", "by", "to", "due", "params")})
_CHANGES: Final = members(
    {
        "rulesets": by_name(members({"before": _GIST, "after": _GIST})),
        "actions_added": many(_DUTY),
        "actions_removed": many(_DUTY),
    }
)
_COMPARED: Final = members(
    {"policy": POLICY, "status": either(STATUS, NULL), "problem": either(named("Problem"), NULL)}
)

SCHEMAS: Final[dict[str, Json]] = {
    "Simulation": members(
        {
            "simulation": {"type": "boolean", "const": True},
            **ABOUT,
            **FOUND,
            "draft": members({"files": TEXTS, "parameters": OBJECT}),
            "compared_with": {**_COMPARED, "description": "the release in force, and what it answers"},
            "changes": {
                **either(_CHANGES, NULL),
                "description": "null where the release in force cannot read the request: see `compared_with`",
            },
        }
    ),
}

POST_SIMULATION: Final[Json] = {
    "requestBody": body(named("SimulationRequest")),
    "responses": {
        "200": answer(named("Simulation"), "what would be decided; it counts for nothing"),
        **problems(
            messages.NOT_JSON,
            messages.UNUSABLE_RELEASE,
            messages.TOO_LARGE,
            messages.BAD_MEDIA_TYPE,
            messages.INVALID,
            messages_api.BAD_POLICY,
            messages.UNAVAILABLE,
            messages_api.BUSY,
        ),
    },
}
