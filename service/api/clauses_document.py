"""The part of the API document that is about paragraphs of the source, and fairness."""

from __future__ import annotations

from typing import Any, Final

from service import messages
from service.api.shapes import (
    BILINGUAL,
    COUNT,
    FLAG,
    MOMENT,
    NULL,
    POLICY,
    TEXT,
    TEXTS,
    answer,
    either,
    many,
    members,
    nullable,
    problems,
    query,
)
from service.clauses import MOST_DAYS

Json = dict[str, Any]

_PLACE: Final[Json] = {"file": TEXT, "line": COUNT}
_APPLIED: Final[Json] = {"decisions": COUNT, "last_fired_at": nullable(MOMENT), "last_decision": nullable(TEXT)}
_CASE: Final = members({"case": TEXT, **_PLACE})
_RULE: Final = members(
    {"id": TEXT, "ruleset": TEXT, "because": BILINGUAL, **_PLACE, "cases": many(_CASE), **_APPLIED}
)
_TITLED: Final = many(members({"name": TEXT, "title": BILINGUAL}))
_CLAUSE: Final = members(
    {
        "id": TEXT,
        "document": BILINGUAL,
        **_PLACE,
        "gist": BILINGUAL,
        "without_rule": nullable(TEXT),
        "carried": FLAG,
        "rulesets": _TITLED,
        "rules": many(_RULE),
        "parameters": many(members({"name": TEXT, "label": BILINGUAL})),
        "analyses": _TITLED,
        **_APPLIED,
    }
)
_LOG: Final = members({"entries": COUNT, "since": nullable(MOMENT)})
_ALLOWED: Final = members({"purpose": TEXT, "clause": TEXT, "because": BILINGUAL})
_DEPENDENT: Final = members({"ruleset": TEXT, "chain": TEXTS, "allowed_by": either(_ALLOWED, NULL)})

LIST_CLAUSES: Final[Json] = {
    "parameters": [
        query("document", "a part of the document's title, or the name of its file without ending", TEXT),
        query("text", "stands in the id, the gist or a rule's reason", TEXT),
        query("without_rule", "only those that nothing carries; each says why", FLAG),
        query("missing", "only those that nothing carries and that do not say why", FLAG),
        query(
            "unfired_days", "only rules that have not fired for so many days",
            {"type": "integer", "minimum": 1, "maximum": MOST_DAYS},
        ),
    ],
    "responses": {
        "200": answer(members({"policy": POLICY, "log": _LOG, "items": many(_CLAUSE)}), "in the order of the source"),
        **problems(messages.BAD_QUERY, messages.UNAVAILABLE),
    },
}  # fmt: skip
GET_CLAUSE: Final[Json] = {
    "responses": {"200": answer(_CLAUSE, "the paragraph"), **problems(messages.NOT_FOUND, messages.UNAVAILABLE)}
}
FAIRNESS: Final[Json] = {
    "responses": {
        "200": answer(
            members(
                {
                    "policy": POLICY,
                    "clause": nullable(TEXT),
                    "fair": FLAG,
                    "protected_facts": many(members({"fact": TEXT, "label": BILINGUAL, "outcomes": many(_DEPENDENT)})),
                    "outcomes": many(members({"ruleset": TEXT, "title": BILINGUAL, "depends_on": TEXTS})),
                }
            ),
            "the proof",
        )
    }
}
