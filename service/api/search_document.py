"""The part of the API document that is about finding and counting recorded decisions."""

from __future__ import annotations

from typing import Any, Final

from service import messages
from service.api.decisions_document import HEAD
from service.api.shapes import (
    COUNT,
    DAY,
    OBJECT,
    RECEIPT,
    STATUS,
    TEXT,
    TEXTS,
    answer,
    many,
    members,
    named,
    nullable,
    problems,
    query,
)
from service.finding import MAX_LIMIT, STANDARD_LIMIT
from service.register.marks import COUNTED
from service.register.question import LONGEST
from service.register.search import REVIEWS

Json = dict[str, Any]

_REVIEWED: Final[Json] = {"type": "string", "enum": list(REVIEWS)}
_SUMMARY: Final = members(
    {**HEAD, "asked": TEXTS, "outcomes": OBJECT, "actions": TEXTS, "receipt": RECEIPT, "reviewed": _REVIEWED}
)
_COUNT: Final = members({"name": TEXT, "decisions": COUNT}, {"ruleset": TEXT, "label": TEXT})
_QUESTION: Final[Json] = {"type": "string", "minLength": 1, "maxLength": LONGEST}
_LIMIT: Final[Json] = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": STANDARD_LIMIT}

SCHEMAS: Final[dict[str, Json]] = {
    "DecisionPage": members({"items": many(_SUMMARY), "next": nullable(TEXT)}),
    "DecisionFacets": members({"decisions": COUNT, "facets": members({kind: many(_COUNT) for kind in COUNTED})}),
}

_FILTERS: Final = [
    query("q", 'what it says: words, all of them; "a phrase", -excluded, beginning*', _QUESTION),
    query("subject", "whom or what it was about", TEXT),
    query("ruleset", "a ruleset among the outcomes", TEXT),
    query("outcome", "a value of an outcome, or a status other than decided", TEXT),
    query("rule", "a rule that fired for certain", TEXT),
    query("clause", "a paragraph of the source that such a rule cited", TEXT),
    query("action", "a required action", TEXT),
    query("release", "the policy release, by hash or label", TEXT),
    query("caller", "who asked, by id", TEXT),
    query("status", "the status of the whole", STATUS),
    query("reviewed", "what the last review said", _REVIEWED),
    query("from", "decided on this day (UTC) or later", DAY),
    query("to", "decided on this day (UTC) or earlier", DAY),
]

SEARCH_DECISIONS: Final[Json] = {
    "parameters": [
        *_FILTERS,
        query("cursor", "`next` of the page before", {"type": "string", "pattern": "^[0-9]{1,15}$"}),
        query("limit", "decisions in a page", _LIMIT),
    ],
    "responses": {
        "200": answer(named("DecisionPage"), "a page, the newest first", {"Link": {"schema": TEXT}}),
        **problems(messages.BAD_QUERY, messages.UNAVAILABLE),
    },
}
COUNT_DECISIONS: Final[Json] = {
    "parameters": _FILTERS,
    "responses": {
        "200": answer(named("DecisionFacets"), "the counts, the highest first and days in their order"),
        **problems(messages.BAD_QUERY, messages.UNAVAILABLE),
    },
}
