"""The part of the API document that is about the policy in force: its rulesets and its vocabulary."""

from __future__ import annotations

from typing import Any, Final

from service import messages
from service.api.shapes import (
    BILINGUAL,
    OBJECT,
    POLICY,
    TEXT,
    TEXTS,
    answer,
    by_name,
    many,
    members,
    named,
    nullable,
    problems,
)

Json = dict[str, Any]

_HEAD: Final[Json] = {
    "name": TEXT,
    "title": BILINGUAL,
    "clauses": TEXTS,
    "pack": TEXT,
    "hit_policy": TEXT,
    "aggregator": nullable(TEXT),
    "requires": TEXTS,
}
_WRITTEN: Final[Json] = {
    "note": TEXT,
    "let": OBJECT,
    "outputs": OBJECT,
    "actions": many(OBJECT),
    "rules": many(OBJECT),
    "facts": TEXTS,
    "needs": TEXTS,
}

SCHEMAS: Final[dict[str, Json]] = {
    "RulesetList": members({"policy": POLICY, "items": many(members(_HEAD))}),
    "Ruleset": members({**_HEAD, **_WRITTEN}),
    "Vocabulary": members({"facts": by_name(OBJECT)}),
}

LIST_RULESETS: Final[Json] = {"responses": {"200": answer(named("RulesetList"), "the rulesets")}}
GET_RULESET: Final[Json] = {
    "responses": {"200": answer(named("Ruleset"), "the ruleset"), **problems(messages.NOT_FOUND)}
}
VOCABULARY: Final[Json] = {"responses": {"200": answer(named("Vocabulary"), "the facts")}}
