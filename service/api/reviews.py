"""`/v1/decisions/{id}/review`, `/reviews`: a person confirms a decision, or says what shall hold instead."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, abort, request

from service.api import body, problem, reviews_document, who
from service.api.door import PATH
from service.api.reading import Reader
from service.api.routes import Routes
from service.callers.scopes import TO_READ, TO_RELEASE
from service.reviews import Reviews


def blueprint(reviews: Reviews, reader: Reader) -> Routes:
    """The routes of reviews."""
    routes = Routes("reviews", "what people said of decisions")

    @routes.at(f"{PATH}/<decision_id>/review", reviews_document.POST_REVIEW, "POST", needs=TO_RELEASE)
    def add(decision_id: str) -> Response:
        """Confirm a decision or override it, as an entry of its own; the decision stays as it is"""
        key = body.idempotency_key(request.environ)
        value = body.read_json(request.environ)
        known = reader.known(decision_id)
        found = reviews.add(decision_id, value, key, who.caller_id(request.environ)) if known is not None else None
        if found is None:
            abort(404)
        review, repeated = found
        location = f"{PATH}/{decision_id}/reviews/{review['number']}"
        return _json(review, 200 if repeated else 201, {"Location": location})

    @routes.at(f"{PATH}/<decision_id>/reviews", reviews_document.GET_REVIEWS, needs=TO_READ)
    def every(decision_id: str) -> Response:
        """The reviews of a decision, the first one first"""
        seen = reader.decision(decision_id, "reviews")
        found = reviews.every(decision_id) if seen is not None else None
        return _json(found) if found is not None else abort(404)

    @routes.at(f"{PATH}/<decision_id>/reviews/<number>", reviews_document.GET_REVIEW, needs=TO_READ)
    def one(decision_id: str, number: str) -> Response:
        """One review of a decision"""
        seen = reader.decision(decision_id, "review")
        found = reviews.one(decision_id, number) if seen is not None else None
        return _json(found) if found is not None else abort(404)

    return routes


def _json(found: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    head = {"Content-Type": "application/json", **problem.NEVER_KEPT, **(headers or {})}
    return Response(orjson.dumps(found, option=orjson.OPT_SORT_KEYS), status, head)
