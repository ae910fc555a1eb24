"""Every failure as `application/problem+json` (RFC 9457), whoever raised it."""

from __future__ import annotations

import logging
from dataclasses import replace

import orjson
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from service import messages
from service.ledger import LedgerClosed, LedgerError, LedgerFailed, LedgerUnreadable
from service.problems import Kind, Refusal

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Answer every error of the application with a problem document."""
    app.register_error_handler(Refusal, respond)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(LedgerError, _ledger)
    app.register_error_handler(Exception, _unexpected)


def respond(refusal: Refusal) -> Response:
    """The problem document of a refusal."""
    return Response(
        orjson.dumps(refusal.as_json()),
        refusal.kind.status,
        headers={"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store", **refusal.headers},
    )


def harden(response: Response) -> Response:
    """What every answer carries."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _http(error: HTTPException) -> Response:
    """What Flask and Werkzeug raise: no such path, no such method, a request they cannot read."""
    status = error.code or 500
    if status >= 500:
        return _unexpected(error)
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    return respond(Refusal(_kind(status), headers=headers))


def _kind(status: int) -> Kind:
    known = {kind.status: kind for kind in (messages.NOT_FOUND, messages.NOT_ALLOWED, messages.TOO_LARGE)}
    return known.get(status) or replace(messages.BAD_HTTP, status=status)


def _ledger(error: LedgerError) -> Response:
    """The ledger refuses: the caller may ask again later, with the same key."""
    if not isinstance(error, LedgerFailed | LedgerClosed | LedgerUnreadable):
        return _unexpected(error)
    _log.log(logging.INFO if isinstance(error, LedgerClosed) else logging.ERROR, "the ledger refuses: %s", error)
    return respond(Refusal(messages.UNAVAILABLE))


def _unexpected(error: Exception) -> Response:
    """A fault of ours: logged in full, told without its inside."""
    _log.error("unexpected failure", exc_info=error)
    return respond(Refusal(messages.INTERNAL))
