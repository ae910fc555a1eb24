"""`/problems/…`: what the `type` of a problem document leads to."""

from __future__ import annotations

import orjson
from flask import Response, abort
from flask_smorest import Blueprint

from service import messages
from service.api import document


def blueprint() -> Blueprint:
    """One page for each kind of problem."""
    made = Blueprint("problems", __name__, description="what the types of problems mean")
    kinds = {
        kind.slug: orjson.dumps(
            {"type": f"/problems/{kind.slug}", "title": kind.title, "status": kind.status, "detail": kind.detail}
        )
        for kind in messages.KINDS
    }

    @made.route("/problems/<slug>")
    @made.doc(**document.PROBLEM_PAGE)
    def one(slug: str) -> Response:
        """What a type of problem means"""
        return Response(kinds[slug], mimetype="application/json") if slug in kinds else abort(404)

    return made
