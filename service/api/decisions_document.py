"""The part of the API document that is about decisions and their explanations."""

from __future__ import annotations

from typing import Any, Final

from service import messages, messages_personal
from service.api.shapes import (
    ANYTHING,
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
    STATUS,
    TEXT,
    TEXTS,
    answer,
    body,
    by_name,
    either,
    links,
    many,
    members,
    named,
    nullable,
    problems,
    strict,
)
from service.batch import MAX_ITEMS

Json = dict[str, Any]

NDJSON: Final = "application/x-ndjson"
"""One JSON value a line."""

_RULE: Final = members({"id": TEXT, "clause": TEXT, "because": BILINGUAL}, {"possible": FLAG})
_NEAR_MISS: Final = members({"id": TEXT, "clause": TEXT, "condition": TEXT})
OUTCOME: Final = members(
    {"status": STATUS, "values": OBJECT, "rules": many(_RULE), "missing_facts": TEXTS},
    {"labels": OBJECT, "detail": TEXT, "exact": FLAG, "near_misses": many(_NEAR_MISS)},
)
_REASON: Final = members({"ruleset": TEXT, "rule": nullable(TEXT), "clause": TEXT})
ACTION: Final = members(
    {
        "action": TEXT,
        "by": TEXT,
        "to": nullable(TEXT),
        "due": either(DAY, MOMENT, NULL),
        "params": OBJECT,
        "label": BILINGUAL,
        "reasons": many(_REASON),
    }
)
ABOUT: Final[Json] = {"status": STATUS, "subject": nullable(TEXT), "as_of": DAY, "policy": POLICY}
HEAD: Final[Json] = {"decision_id": {"type": "string", "format": "uuid"}, **ABOUT, "decided_at": MOMENT}
FOUND: Final[Json] = {"outcomes": by_name(OUTCOME), "required_actions": many(ACTION), "missing_facts": TEXTS}
_VERDICT: Final[Json] = {"type": "string", "enum": ["true", "false", "unknown", "error"]}
_READ: Final = members({"name": TEXT, "kind": TEXT}, {"value": ANYTHING, "unknown": FLAG, "masked": FLAG})
_CONDITION: Final = members({"text": TEXT, "verdict": _VERDICT, "place": TEXT, "reads": many(_READ)})
_EXPLAINED: Final = members(
    {
        "id": TEXT,
        "clause": TEXT,
        "because": BILINGUAL,
        "verdict": _VERDICT,
        "fired": FLAG,
        "place": TEXT,
        "conditions": many(_CONDITION),
        "stopped_by": nullable(TEXT),
    }
)
_RULESET: Final = members(
    {
        "ruleset": TEXT,
        "title": BILINGUAL,
        "status": STATUS,
        "hit_policy": TEXT,
        "rules": many(_EXPLAINED),
        "computed": many(OBJECT),
    }
)

_ITEM: Final[Json] = {"position": COUNT, "status": {"type": "integer", "minimum": 200, "maximum": 599}}
_SUMMED: Final[Json] = {
    "batch_id": {"type": "string", "format": "uuid"},
    "recorded": {**COUNT, "description": "items decided and recorded now"},
    "repeated": {**COUNT, "description": "items on record before, under the same key"},
    "refused": {**COUNT, "description": "items with a problem; nothing of them is recorded"},
}

SCHEMAS: Final[dict[str, Json]] = {
    "Decision": members({**HEAD, **FOUND, "receipt": RECEIPT}, {"erased": OBJECT}),
    "BatchItem": members(_ITEM, {"decision": named("Decision"), "problem": named("Problem")}),
    "BatchSummary": members(_SUMMED),
    "BatchResult": members({"items": many(named("BatchItem")), **_SUMMED}),
    "Explanation": members({"decision_id": TEXT, "as_of": DAY, "policy": POLICY, "rulesets": many(_RULESET)}),
}

_DECISION: Final = named("Decision")
_LEADS_TO: Final = links(
    "decision_id",
    "decision_id",
    {
        "decision": "/v1/decisions/{decision_id}",
        "explanation": "/v1/decisions/{decision_id}/explanation",
        "receipt": "/v1/decisions/{decision_id}/receipt",
        "replay": "/v1/decisions/{decision_id}/replay",
    },
)
_LOCATION: Final[Json] = {"Location": {"schema": TEXT, "description": "where the decision is found again"}}

POST_DECISION: Final[Json] = {
    "parameters": [IDEMPOTENCY_KEY],
    "requestBody": body(named("DecisionRequest")),
    "responses": {
        "200": {**answer(_DECISION, "decided and recorded before, under this key", _LOCATION), "links": _LEADS_TO},
        "201": {**answer(_DECISION, "decided and recorded", _LOCATION), "links": _LEADS_TO},
        **problems(
            messages.NOT_JSON,
            messages.BAD_HEADER,
            messages.KEY_CONFLICT,
            messages.UNUSABLE_RELEASE,
            messages.TOO_LARGE,
            messages.BAD_MEDIA_TYPE,
            messages.INVALID,
            messages_personal.KEY_MISSING,
            messages_personal.ERASED,
            messages.UNAVAILABLE,
        ),
    },
}
POST_BATCH: Final[Json] = {
    "parameters": [IDEMPOTENCY_KEY],
    "requestBody": body(
        strict({"items": {**many(named("DecisionRequest")), "minItems": 1, "maxItems": MAX_ITEMS}})
    ),
    "responses": {
        "200": {
            "description": "what became of each item, in their order; lines as soon as they are on record, if asked",
            "content": {
                "application/json": {"schema": named("BatchResult")},
                NDJSON: {"schema": either(named("BatchItem"), named("BatchSummary"))},
            },
        },
        **problems(
            messages.NOT_JSON,
            messages.BAD_HEADER,
            messages.TOO_LARGE,
            messages.BAD_MEDIA_TYPE,
            messages.INVALID,
            messages.UNAVAILABLE,
        ),
    },
}
GET_DECISION: Final[Json] = {
    "responses": {
        "200": answer(named("Decision"), "the decision"),
        **problems(messages.NOT_FOUND, messages.UNAVAILABLE),
    }
}
GET_EXPLANATION: Final[Json] = {
    "responses": {
        "200": answer(named("Explanation"), "why, and why not"),
        **problems(
            messages.NOT_FOUND, messages.UNUSABLE_RELEASE, messages_personal.KEY_MISSING, messages_personal.ERASED,
            messages.UNAVAILABLE,
        ),
    }
}
