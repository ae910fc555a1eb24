"""The part of the API document that is about reviews of decisions."""

from __future__ import annotations

from typing import Any, Final

from service import messages, messages_reviews
from service.api.shapes import (
    COUNT,
    IDEMPOTENCY_KEY,
    MOMENT,
    OBJECT,
    RECEIPT,
    TEXT,
    answer,
    body,
    by_name,
    many,
    members,
    named,
    nullable,
    problems,
)
from service.register.index import REVIEWED
from service.register.search import REVIEWS

Json = dict[str, Any]

_REVIEW: Final = members(
    {
        "decision_id": TEXT,
        "number": {"type": "integer", "minimum": 1},
        "verdict": {"type": "string", "enum": list(REVIEWED)},
        "by": TEXT,
        "authority": TEXT,
        "reason": TEXT,
        "at": MOMENT,
        "outcomes": nullable(by_name(OBJECT)),
        "supersedes": nullable(COUNT),
        "recorded_at": MOMENT,
        "receipt": RECEIPT,
    }
)
_STANDING: Final[Json] = {"type": "string", "enum": list(REVIEWS)}

_SOME: Final[Json] = {"type": "object", "minProperties": 1}

WHEN_OVERRIDING: Final[Json] = {
    "if": {"properties": {"verdict": {"const": "override"}}, "required": ["verdict"]},
    "then": {"properties": {"outcomes": _SOME | {"additionalProperties": _SOME}}, "required": ["outcomes"]},
    "else": {"properties": {"outcomes": {"type": "null"}}},
}
"""What a request says of outcomes, by its verdict."""

SCHEMAS: Final[dict[str, Json]] = {
    "Review": _REVIEW,
    "Reviews": members({"decision_id": TEXT, "reviewed": _STANDING, "items": many(named("Review"))}),
}

POST_REVIEW: Final[Json] = {
    "parameters": [IDEMPOTENCY_KEY],
    "requestBody": body(named("ReviewRequest")),
    "responses": {
        "200": answer(named("Review"), "recorded before, under this key"),
        "201": answer(named("Review"), "recorded", {"Location": {"schema": TEXT, "description": "the review"}}),
        **problems(
            messages.NOT_JSON,
            messages.BAD_HEADER,
            messages.NOT_FOUND,
            messages.KEY_CONFLICT,
            messages.UNUSABLE_RELEASE,
            messages_reviews.ALREADY_REVIEWED,
            messages.TOO_LARGE,
            messages.BAD_MEDIA_TYPE,
            messages.INVALID,
            messages.UNAVAILABLE,
        ),
    },
}
GET_REVIEWS: Final[Json] = {
    "responses": {
        "200": answer(named("Reviews"), "in their order; the last one counts"),
        **problems(messages.NOT_FOUND, messages.UNAVAILABLE),
    }
}
GET_REVIEW: Final[Json] = {
    "responses": {"200": answer(named("Review"), "the review"), **problems(messages.NOT_FOUND, messages.UNAVAILABLE)}
}
