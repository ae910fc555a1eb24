"""The API document (OpenAPI 3.1, served as `/openapi.json`), from the same schemas that read requests."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask
from flask_smorest import Api  # type: ignore[import-untyped]

from service import fields, messages, obligations
from service.decide import Decider
from service.problems import Kind

Json = dict[str, Any]

VERSION: Final = "1"
_TEXT: Final[Json] = {"type": "string"}
_ANY_OBJECT: Final[Json] = {"type": "object"}
_BILINGUAL: Final[Json] = {
    "type": "object",
    "properties": {"zh": _TEXT, "en": _TEXT},
    "required": ["zh", "en"],
}
_STATUS: Final[Json] = {"type": "string", "enum": ["decided", "undecided", "conflict", "error"]}
_TEXTS: Final[Json] = {"type": "array", "items": _TEXT}
_POLICY: Final[Json] = {
    "type": "object",
    "properties": {"release": _TEXT, "label": _TEXT},
    "required": ["release", "label"],
}
_RECEIPT: Final[Json] = {
    "type": ["object", "null"],
    "properties": {"index": {"type": "integer", "minimum": 0}, "leaf_hash": {"type": "string"}},
    "required": ["index", "leaf_hash"],
}


def _object(required: Json, optional: Json | None = None) -> Json:
    return {"type": "object", "properties": {**required, **(optional or {})}, "required": list(required)}


_RULE: Final = _object({"id": _TEXT, "clause": _TEXT, "because": _BILINGUAL}, {"possible": {"type": "boolean"}})
_NEAR_MISS: Final = _object({"id": _TEXT, "clause": _TEXT, "condition": _TEXT})
_OUTCOME: Final = _object(
    {
        "status": _STATUS,
        "values": _ANY_OBJECT,
        "rules": {"type": "array", "items": _RULE},
        "missing_facts": _TEXTS,
    },
    {
        "labels": _ANY_OBJECT,
        "detail": _TEXT,
        "exact": {"type": "boolean"},
        "near_misses": {"type": "array", "items": _NEAR_MISS},
    },
)
_READ: Final = _object({"name": _TEXT, "kind": _TEXT}, {"value": {}, "unknown": {"type": "boolean"}})
_CONDITION: Final = _object(
    {
        "text": _TEXT,
        "verdict": {"type": "string", "enum": ["true", "false", "unknown", "error"]},
        "place": _TEXT,
        "reads": {"type": "array", "items": _READ},
    }
)
_EXPLAINED: Final = _object(
    {
        "ruleset": _TEXT,
        "title": _BILINGUAL,
        "status": _STATUS,
        "hit_policy": _TEXT,
        "rules": {
            "type": "array",
            "items": _object(
                {
                    "id": _TEXT,
                    "clause": _TEXT,
                    "because": _BILINGUAL,
                    "verdict": _CONDITION["properties"]["verdict"],
                    "fired": {"type": "boolean"},
                    "place": _TEXT,
                    "conditions": {"type": "array", "items": _CONDITION},
                    "stopped_by": {"type": ["string", "null"]},
                }
            ),
        },
        "computed": {"type": "array", "items": _ANY_OBJECT},
    }
)
_REASON: Final = _object({"ruleset": _TEXT, "rule": {"type": ["string", "null"]}, "clause": _TEXT})
_ACTION: Final = _object(
    {
        "action": _TEXT,
        "by": _TEXT,
        "to": {"type": ["string", "null"]},
        "due": {"anyOf": [{"type": "string", "format": form} for form in ("date", "date-time")] + [{"type": "null"}]},
        "params": _ANY_OBJECT,
        "label": _BILINGUAL,
        "reasons": {"type": "array", "items": _REASON},
    }
)
_HEAD: Final[Json] = {
    "decision_id": {"type": ["string", "null"], "format": "uuid"},
    "status": _STATUS,
    "subject": {"type": ["string", "null"]},
    "as_of": {"type": "string", "format": "date"},
    "decided_at": {"type": "string", "format": "date-time"},
    "policy": _POLICY,
}
_SUMMARY: Final = _object({**_HEAD, "asked": _TEXTS, "outcomes": _ANY_OBJECT, "actions": _TEXTS, "receipt": _RECEIPT})
_RULESET_HEAD: Final[Json] = {
    "name": _TEXT,
    "title": _BILINGUAL,
    "clauses": _TEXTS,
    "pack": _TEXT,
    "hit_policy": _TEXT,
    "aggregator": {"type": ["string", "null"]},
    "requires": _TEXTS,
}
_FAULT: Final = _object(
    {"code": _TEXT, "detail": _TEXT},
    {"pointer": _TEXT, "parameter": _TEXT, "header": _TEXT, "hint": _TEXT},
)

SCHEMAS: Final[dict[str, Json]] = {
    "Decision": _object(
        {
            **_HEAD,
            "outcomes": {"type": "object", "additionalProperties": _OUTCOME},
            "required_actions": {"type": "array", "items": _ACTION},
            "missing_facts": _TEXTS,
            "receipt": _RECEIPT,
        }
    ),
    "DecisionPage": _object({"items": {"type": "array", "items": _SUMMARY}, "next": {"type": ["string", "null"]}}),
    "Explanation": _object(
        {
            "decision_id": _TEXT,
            "as_of": _TEXT,
            "policy": _POLICY,
            "rulesets": {"type": "array", "items": _EXPLAINED},
        }
    ),
    "RulesetList": _object({"policy": _POLICY, "items": {"type": "array", "items": _object(_RULESET_HEAD)}}),
    "Ruleset": _object(
        {
            **_RULESET_HEAD,
            "note": _TEXT,
            "let": _ANY_OBJECT,
            "outputs": _ANY_OBJECT,
            "actions": {"type": "array", "items": _ANY_OBJECT},
            "rules": {"type": "array", "items": _ANY_OBJECT},
            "facts": _TEXTS,
            "needs": _TEXTS,
        }
    ),
    "Vocabulary": _object({"facts": {"type": "object", "additionalProperties": _ANY_OBJECT}}),
    "Health": _object({"status": _TEXT}, {"policy": _POLICY, "policies": _ANY_OBJECT, "ledger": _ANY_OBJECT}),
    "ProblemPage": _object({"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT}),
    "Problem": _object(
        {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "errors": {"type": "array", "items": _FAULT},
        },
        {"more_errors": {"type": "integer"}},
    ),
}


def _answer(schema: str, description: str, headers: Json | None = None) -> Json:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content, **({"headers": headers} if headers else {})}


def _problems(*kinds: Kind) -> Json:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(kind.status): {"description": kind.title, "content": content} for kind in kinds}


def _query(name: str, description: str, schema: Json) -> Json:
    return {"in": "query", "name": name, "description": description, "schema": schema}


_LOCATION: Final[Json] = {"Location": {"schema": _TEXT, "description": "where the decision is found again"}}
_DAY: Final[Json] = {"type": "string", "format": "date"}

POST_DECISION: Final[Json] = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "description": "the same key and request again give the same decision, and only one",
            "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
        }
    ],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/DecisionRequest"}}},
    },
    "responses": {
        "200": _answer("Decision", "decided and recorded before, under this key", _LOCATION),
        "201": _answer("Decision", "decided and recorded", _LOCATION),
        **_problems(
            messages.NOT_JSON,
            messages.KEY_CONFLICT,
            messages.UNUSABLE_RELEASE,
            messages.TOO_LARGE,
            messages.BAD_MEDIA_TYPE,
            messages.INVALID,
            messages.UNAVAILABLE,
        ),
    },
}
GET_DECISION: Final[Json] = {
    "responses": {
        "200": _answer("Decision", "the decision"),
        **_problems(messages.NOT_FOUND, messages.UNAVAILABLE),
    }
}
GET_EXPLANATION: Final[Json] = {
    "responses": {
        "200": _answer("Explanation", "why, and why not"),
        **_problems(messages.NOT_FOUND, messages.UNUSABLE_RELEASE, messages.UNAVAILABLE),
    }
}
SEARCH_DECISIONS: Final[Json] = {
    "parameters": [
        _query("subject", "whom or what it was about", _TEXT),
        _query("ruleset", "a ruleset among the outcomes", _TEXT),
        _query("outcome", "a value of an outcome, or a status other than decided", _TEXT),
        _query("from", "decided on this day (UTC) or later", _DAY),
        _query("to", "decided on this day (UTC) or earlier", _DAY),
        _query("cursor", "`next` of the page before", {"type": "string", "pattern": "^[0-9]{1,15}$"}),
        _query("limit", "decisions in a page", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
    ],
    "responses": {
        "200": _answer("DecisionPage", "a page, the newest first", {"Link": {"schema": _TEXT}}),
        **_problems(messages.BAD_QUERY, messages.UNAVAILABLE),
    },
}
LIST_RULESETS: Final[Json] = {"responses": {"200": _answer("RulesetList", "the rulesets")}}
GET_RULESET: Final[Json] = {"responses": {"200": _answer("Ruleset", "the ruleset"), **_problems(messages.NOT_FOUND)}}
VOCABULARY: Final[Json] = {"responses": {"200": _answer("Vocabulary", "the facts")}}
HEALTHZ: Final[Json] = {"responses": {"200": _answer("Health", "alive")}}
READYZ: Final[Json] = {"responses": {"200": _answer("Health", "ready"), **_problems(messages.NOT_READY)}}
PROBLEM_PAGE: Final[Json] = {
    "responses": {"200": _answer("ProblemPage", "what it means"), **_problems(messages.NOT_FOUND)}
}


class _Api(Api):  # type: ignore[misc]
    """flask-smorest for the document alone: errors are answered by `problem.py`."""

    ERROR_SCHEMA = "Problem"
    DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"

    def _register_error_handlers(self) -> None:
        pass


def make_api(app: Flask, decider: Decider) -> Api:
    """The collector of routes and schemas, with the schemas of the policy in force."""
    checked = decider.policy.checked
    app.config.update(
        API_TITLE=checked.policy.title.en,
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"info": {"description": f"policy {checked.policy.label}, {checked.release}"}},
    )
    api = _Api(app)
    api.ma_plugin.converter.add_attribute_function(_strict_properties)
    for name, schema in SCHEMAS.items():
        api.spec.components.schema(name, schema)
    api.spec.components.schema("DecisionRequest", schema=decider.requests.schema())
    api.spec.components.schema("ActionDone", schema=obligations.schema())
    for name, schema in api.spec.components.schemas.items():
        if name in ("DecisionRequest", "ActionDone") or name.startswith("Facts"):
            schema["additionalProperties"] = False
    return api


def _strict_properties(_converter: object, field: Any, **_: Any) -> Json:
    """What one of our fields says of itself; null is taken wherever the member may be left out."""
    if not isinstance(field, fields.Strict):
        return {}
    schema = dict(field.json_schema)
    if not field.allow_none:
        return schema
    if "anyOf" in schema:
        return {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    schema["type"] = [schema["type"], "null"]
    return schema
