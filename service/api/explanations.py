"""`/v1/decisions/{id}/explanation`: why and why not, derived again from the entry."""

from __future__ import annotations

import orjson
from flask import Response, abort

from service.api.decisions_document import GET_EXPLANATION
from service.api.reading import Reader
from service.api.routes import Routes
from service.callers.scopes import TO_READ
from service.decide import DecisionService
from service.masking import masked, private_facts


def blueprint(service: DecisionService, reader: Reader) -> Routes:
    """The route of explanations."""
    routes = Routes("explanations", "why, and why not")

    @routes.at("/v1/decisions/<decision_id>/explanation", GET_EXPLANATION, needs=TO_READ)
    def explanation(decision_id: str) -> Response:
        """Every rule with its verdict, the condition that stopped it, and what was read"""
        seen = reader.decision(decision_id, "explanation")
        found = None if seen is None else service.explanation(decision_id)
        if seen is None or found is None:
            abort(404)
        if seen.masked:
            found = masked(found, private_facts(service.decider.policy.checked))
        return Response(orjson.dumps(found), 200, {"Content-Type": "application/json", "Cache-Control": "no-store"})

    return routes
