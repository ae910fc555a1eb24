"""The part of the API document that is about required actions."""

from __future__ import annotations

from typing import Any, Final

from service import messages
from service.api.shapes import (
    BILINGUAL,
    COUNT,
    DAY,
    FLAG,
    IDEMPOTENCY_KEY,
    MOMENT,
    NULL,
    OBJECT,
    POLICY,
    RECEIPT,
    TEXT,
    TEXTS,
    answer,
    body,
    either,
    links,
    many,
    members,
    named,
    nullable,
    problems,
    query,
)
from service.finding import MAX_LIMIT, STANDARD_LIMIT
from service.register.obligations import STATUSES

Json = dict[str, Any]

_DONE: Final = members({"by": TEXT, "at": MOMENT, "note": nullable(TEXT), "recorded_at": MOMENT, "receipt": RECEIPT})
_REASON: Final = members({"ruleset": TEXT, "rule": nullable(TEXT), "clause": TEXT})
_ACTION: Final = members(
    {
        "action_id": TEXT,
        "decision_id": TEXT,
        "position": COUNT,
        "status": {"type": "string", "enum": ["open", "done"]},
        "overdue": FLAG,
        "action": TEXT,
        "label": BILINGUAL,
        "by": TEXT,
        "to": nullable(TEXT),
        "due": either(DAY, MOMENT, NULL),
        "params": OBJECT,
        "reasons": many(_REASON),
        "subject": nullable(TEXT),
        "as_of": DAY,
        "decided_at": MOMENT,
        "policy": POLICY,
        "done": either(_DONE, NULL),
    },
    {"sealed": {**TEXTS, "description": "personal members that are null here: erased, in a list, or masked"}},
)
_PAGE: Final = members({"items": many(_ACTION), "next": nullable(TEXT)})
_DUE: Final = either(DAY, MOMENT)

SEARCH_ACTIONS: Final[Json] = {
    "parameters": [
        query("by", "the role that must act", TEXT),
        query("to", "the role to whom", TEXT),
        query("action", "what must be done", TEXT),
        query("subject", "whom or what the decision was about", TEXT),
        query("ruleset", "a ruleset that asks for it", TEXT),
        query("decision", "the id of the decision", TEXT),
        query("due_before", "due before this day or moment; a day is not included", _DUE),
        query("due_after", "due after this day or moment; a day is not included", _DUE),
        query("status", "whether it is done", {"type": "string", "enum": list(STATUSES), "default": "open"}),
        query("cursor", "`next` of the page before", TEXT),
        query(
            "limit", "actions in a page",
            {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": STANDARD_LIMIT},
        ),
    ],
    "responses": {
        "200": {
            **answer(_PAGE, "a page, the soonest due first", {"Link": {"schema": TEXT}}),
            "links": links("items/0/action_id", "action_id", {"action": "/v1/actions/{action_id}"}),
        },
        **problems(messages.BAD_QUERY, messages.UNAVAILABLE),
    },
}  # fmt: skip
GET_ACTION: Final[Json] = {
    "responses": {"200": answer(_ACTION, "the action"), **problems(messages.NOT_FOUND, messages.UNAVAILABLE)}
}
POST_DONE: Final[Json] = {
    "parameters": [IDEMPOTENCY_KEY],
    "requestBody": body(named("ActionDone")),
    "responses": {
        "200": answer(_ACTION, "on record before, in the same words"),
        "201": answer(_ACTION, "recorded", {"Location": {"schema": TEXT, "description": "the action"}}),
        **problems(
            messages.NOT_JSON,
            messages.BAD_HEADER,
            messages.NOT_FOUND,
            messages.KEY_CONFLICT,
            messages.ALREADY_DONE,
            messages.TOO_LARGE,
            messages.BAD_MEDIA_TYPE,
            messages.INVALID,
            messages.UNAVAILABLE,
        ),
    },
}
