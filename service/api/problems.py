"""`/problems/…`: what the `type` of a problem document leads to."""

from __future__ import annotations

import orjson
from flask import Response, abort

from service import messages, messages_api, messages_reviews
from service.api import health_document
from service.api.fixed import Fixed
from service.api.routes import Routes
from service.callers.scopes import OPEN


def blueprint() -> Routes:
    """One page for each kind of problem."""
    routes = Routes("problems", "what the types of problems mean")
    kinds = {
        kind.slug: Fixed(
            orjson.dumps(
                {
                    "type": f"/problems/{kind.slug}",
                    "title": kind.title,
                    "status": kind.status,
                    "detail": kind.detail,
                }
            )
        )
        for kind in (*messages.KINDS, *messages_api.KINDS, *messages_reviews.KINDS)
    }

    @routes.at("/problems/<slug>", health_document.PROBLEM_PAGE, needs=OPEN)
    def one(slug: str) -> Response:
        """What a type of problem means"""
        return kinds[slug].response() if slug in kinds else abort(404)

    return routes
