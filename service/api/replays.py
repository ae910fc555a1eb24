"""`/v1/decisions/{id}/replay`: whether a recorded decision follows from its entry, decided again now."""

from __future__ import annotations

import orjson
from flask import Response, abort

from service.api import problem, release_document
from service.api.routes import Routes
from service.callers.scopes import TO_READ
from service.decide import DecisionService


def blueprint(service: DecisionService) -> Routes:
    """The route of replays."""
    routes = Routes("replays", "decide again and compare")

    @routes.at("/v1/decisions/<decision_id>/replay", release_document.REPLAY, needs=TO_READ)
    def replay(decision_id: str) -> Response:
        """Decide a recorded decision again from its entry alone, and compare the bytes"""
        found = service.replay(decision_id) if decision_id.isascii() else None
        if found is None:
            abort(404)
        members = {
            "decision_id": decision_id,
            "same": not found,
            "differences": [difference.as_json() for difference in found],
        }
        headers = {"Content-Type": "application/json", **problem.NEVER_KEPT}
        return Response(orjson.dumps(members), headers=headers)

    return routes
