"""`/v1/decisions/{id}/replay`: whether a recorded decision follows from its entry, decided again now."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, abort

from service.api import problem, release_document
from service.api.reading import Reader
from service.api.routes import Routes
from service.callers.scopes import TO_READ
from service.decide import DecisionService
from service.replay import Difference


def blueprint(service: DecisionService, reader: Reader) -> Routes:
    """The route of replays."""
    routes = Routes("replays", "decide again and compare")

    @routes.at("/v1/decisions/<decision_id>/replay", release_document.REPLAY, needs=TO_READ)
    def replay(decision_id: str) -> Response:
        """Decide a recorded decision again from its entry alone, and compare the bytes"""
        seen = reader.decision(decision_id, "replay")
        found = None if seen is None else service.replay(decision_id)
        if seen is None or found is None:
            abort(404)
        members = {
            "decision_id": decision_id,
            "same": not found,
            "differences": [_told(difference, seen.masked) for difference in found],
        }
        headers = {"Content-Type": "application/json", **problem.NEVER_KEPT}
        return Response(orjson.dumps(members), headers=headers)

    return routes


def _told(difference: Difference, masked: bool) -> dict[str, Any]:
    """A difference, or where there is one, for what differs may be private."""
    told = difference.as_json()
    return {"engine": told["engine"], "pointer": told["pointer"], "masked": True} if masked else told
