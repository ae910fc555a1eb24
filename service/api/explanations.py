"""`/v1/decisions/{id}/explanation`: why and why not, derived again from the entry."""

from __future__ import annotations

import orjson
from flask import Response, abort

from service.api.decisions_document import GET_EXPLANATION
from service.api.routes import Routes
from service.callers.scopes import TO_READ
from service.decide import DecisionService


def blueprint(service: DecisionService) -> Routes:
    """The route of explanations."""
    routes = Routes("explanations", "why, and why not")

    @routes.at("/v1/decisions/<decision_id>/explanation", GET_EXPLANATION, needs=TO_READ)
    def explanation(decision_id: str) -> Response:
        """Every rule with its verdict, the condition that stopped it, and what was read"""
        found = service.explanation(decision_id)
        if found is None:
            abort(404)
        return Response(orjson.dumps(found), 200, {"Content-Type": "application/json", "Cache-Control": "no-store"})

    return routes
