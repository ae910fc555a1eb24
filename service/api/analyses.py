"""`/v1/analyses`: calculations over the rows of a book. They are not decisions, and are not recorded."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, abort, request

from service.analyses.analyse import bilingual, described
from service.analyses.catalogue import Offered, offered
from service.analyses.columns import Column
from service.analyses.request import answer
from service.api import analyses_document, body
from service.api.fixed import Fixed
from service.api.routes import Routes
from service.callers.scopes import ANY, TO_CALCULATE
from service.decide import DecisionService

Json = dict[str, Any]


def blueprint(service: DecisionService) -> Routes:
    """The routes under `/v1/analyses`. Raises PolicyError for parameters that no analysis can work with."""
    routes = Routes("analyses", "calculations over books of customers, months and products")
    checked = service.decider.policy.checked
    known = offered(checked)
    whole = Fixed(orjson.dumps({"items": [_entry(one) for one in known.values()]}))

    @routes.at("/v1/analyses", analyses_document.LIST_ANALYSES, needs=ANY)
    def every_analysis() -> Response:
        """The analyses that the policy in force has the parameters and actions for"""
        return whole.response()

    @routes.at("/v1/analyses/<name>", analyses_document.POST_ANALYSIS, "POST", needs=TO_CALCULATE)
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
