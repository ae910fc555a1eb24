"""`/v1/analyses`: calculations over the rows of a book. They are not decisions, and are not recorded."""

from __future__ import annotations

from typing import Any, Final

import orjson
from flask import Response, abort, request

from service import messages
from service.analyses.analyse import bilingual, described
from service.analyses.catalogue import ANALYSES, Offered, offered
from service.analyses.columns import Column
from service.analyses.request import answer
from service.api import body
from service.api.routes import Routes
from service.decide import DecisionService

Json = dict[str, Any]

_OBJECTS: Final[Json] = {"type": "array", "items": {"type": "object"}}
_TEXT: Final[Json] = {"type": "string"}
_RESULT: Final[Json] = {
    "type": "object",
    "properties": {
        "analysis": _TEXT,
        "title": {"type": "object"},
        "clauses": {"type": "array", "items": _TEXT},
        "as_of": {"type": "string", "format": "date"},
        "policy": {"type": "object"},
        "parameters": {"type": "object"},
        "columns": _OBJECTS,
        "rows": _OBJECTS,
        "summary": _OBJECTS,
        "required_actions": _OBJECTS,
    },
    "required": ["analysis", "rows", "summary", "required_actions"],
}
_LIST: Final[Json] = {"type": "object", "properties": {"items": _OBJECTS}, "required": ["items"]}


def _ok(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _problem(description: str) -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


_LIST_DOCUMENT: Final[Json] = {"responses": {"200": _ok("the analyses", _LIST)}}
_POST_DOCUMENT: Final[Json] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "oneOf": [
                        {
                            "type": "object",
                            "title": analysis.name,
                            "properties": {
                                "rows": {
                                    "type": "array",
                                    "minItems": 1,
                                    "items": {
                                        "type": "object",
                                        "properties": {c.name: c.field.json_schema for c in analysis.columns},
                                        "required": [c.name for c in analysis.columns if c.required],
                                        "additionalProperties": False,
                                    },
                                },
                                "as_of": {"type": "string", "format": "date"},
                                **{option.name: option.field.json_schema for option in analysis.options},
                            },
                            "required": ["rows", *(option.name for option in analysis.options)],
                            "additionalProperties": False,
                        }
                        for analysis in ANALYSES.values()
                    ]
                }
            }
        },
    },
    "responses": {
        "200": _ok("the result, and the actions that follow", _RESULT),
        **{
            str(kind.status): _problem(kind.title)
            for kind in (
                messages.NOT_JSON, messages.NOT_FOUND, messages.TOO_LARGE,
                messages.BAD_MEDIA_TYPE, messages.INVALID,
            )
        },
    },
}  # fmt: skip


def blueprint(service: DecisionService) -> Routes:
    """The routes under `/v1/analyses`. Raises PolicyError for parameters that no analysis can work with."""
    routes = Routes("analyses", "calculations over books of customers, months and products")
    checked = service.decider.policy.checked
    known = offered(checked)
    whole = orjson.dumps({"items": [_entry(one) for one in known.values()]})

    @routes.at("/v1/analyses", _LIST_DOCUMENT)
    def every_analysis() -> Response:
        """The analyses that the policy in force has the parameters and actions for"""
        return _json(whole)

    @routes.at("/v1/analyses/<name>", _POST_DOCUMENT, "POST")
    def analyse(name: str) -> Response:
        """Compute one analysis of the rows in the body; nothing is recorded"""
        if name not in known:
            abort(404)
        value = body.read_json(request.environ)
        return _json(orjson.dumps(answer(known[name], checked, value, service.decider.today())))

    return routes


def _entry(one: Offered) -> Json:
    analysis = one.analysis
    return {
        "name": analysis.name,
        "title": bilingual(analysis.title),
        "clauses": list(analysis.clauses),
        "parameters": dict(one.shown),
        "columns": [_column(column) for column in analysis.columns],
        "options": [_column(column) for column in analysis.options],
        "key": list(analysis.key),
        "results": [described(column) for column in analysis.results],
        "summary": [described(column) for column in analysis.summary],
        "actions": {name: duty.clause for name, duty in analysis.duties.items()},
    }


def _column(column: Column) -> Json:
    told: Json = {
        "name": column.name,
        "type": "text" if column.kind == "id" else column.kind,
        "label": bilingual(column.label),
        "clause": column.clause,
        "required": column.required,
    }
    if column.values:
        told["values"] = {value: bilingual(label) for value, label in column.values.items()}
    return told


def _json(document: bytes) -> Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Response(document, headers=headers)
