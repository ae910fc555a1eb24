"""`…/erasure`: destroy the key of what is personal about a subject, or in one decision without a subject."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import orjson
from flask import Response, request

from service import messages, messages_personal
from service.api import body, erasures_document, problem, who
from service.api.routes import Routes
from service.callers.scopes import TO_ADMINISTER
from service.erasures import Erasures
from service.problems import Fault, Refusal, pointer

OF_SUBJECT: Final = "/v1/subjects/<path:subject>/erasure"
OF_DECISION: Final = "/v1/decisions/<uuid:decision_id>/erasure"


def blueprint(erasures: Erasures) -> Routes:
    """The routes that erase."""
    routes = Routes("erasures", "personal data and its end")

    @routes.at(OF_SUBJECT, erasures_document.ERASE_SUBJECT, "POST", needs=TO_ADMINISTER)
    def subject(subject: str) -> Response:
        """Erase what is personal about a subject: its key is destroyed, the log and its proofs stay"""
        _read(request.environ)
        return _told(erasures.of_subject(subject, who.caller_id(request.environ)))

    @routes.at(OF_DECISION, erasures_document.ERASE_DECISION, "POST", needs=TO_ADMINISTER)
    def decision(decision_id: UUID) -> Response:
        """Erase what is personal in a decision that names no subject"""
        _read(request.environ)
        return _told(erasures.of_decision(str(decision_id), who.caller_id(request.environ)))

    return routes


def _read(environ: body.Environ) -> None:
    """The body says nothing, but must be JSON: no page that somebody has open can send it unasked.

    Raises `Refusal`.
    """
    value = body.read_json(environ)
    if not isinstance(value, dict):
        raise Refusal(messages.INVALID, (Fault(messages.wrong_type("an object", value), ""),))
    if value:
        raise Refusal(
            messages.INVALID, tuple(Fault(messages.unknown_member(name, ()), pointer((name,))) for name in value)
        )


def _told(found: tuple[dict[str, Any], bool] | None) -> Response:
    """201 for what was erased now, 200 for what was erased before."""
    if found is None:
        raise Refusal(messages.NOT_FOUND, detail=messages_personal.NOTHING_SEALED)
    erasure, known = found
    headers = {"Content-Type": "application/json", **problem.NEVER_KEPT}
    return Response(orjson.dumps(erasure, option=orjson.OPT_SORT_KEYS), 200 if known else 201, headers)
