"""Every failure as `application/problem+json` (RFC 9457), whoever raised it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Final

import orjson
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from service import messages
from service.ledger import LedgerClosed, LedgerFailed, LedgerUnreadable
from service.problems import Kind, Refusal
from service.releases import ReleaseUnusable

MEDIA_TYPE: Final = "application/problem+json"
ALWAYS: Final = {"X-Content-Type-Options": "nosniff"}
"""What every answer carries."""
NEVER_KEPT: Final = {"Cache-Control": "no-store"}
"""For answers about one case or one moment."""
SLOT: Final = "policy_decisions.problem"
"""Where the kind of a problem is left, in the WSGI environment."""

_log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Answer every error of the application with a problem document."""
    app.register_error_handler(Exception, answer)


def answer(error: Exception) -> Response:
    """The problem document for whatever was raised."""
    return _respond(refusal(error))


def refusal(error: Exception) -> Refusal:
    """What a caller is told of whatever was raised; what is the service's own fault is logged."""
    match error:
        case Refusal():
            return error
        case HTTPException() if error.code is not None and error.code < 500:
            headers = {name: _sorted(value) for name, value in error.get_headers() if name == "Allow"}
            return Refusal(_kind(error.code), headers=headers)
        case ReleaseUnusable():
            _log.error("a release cannot be carried out: %s", error)
            return Refusal(messages.UNUSABLE_RELEASE)
        case LedgerFailed() | LedgerClosed() | LedgerUnreadable():
            level = logging.INFO if isinstance(error, LedgerClosed) else logging.ERROR
            _log.log(level, "the ledger refuses: %s", error)
            return Refusal(messages.UNAVAILABLE)
    _log.error("unexpected failure", exc_info=error)
    return Refusal(messages.INTERNAL)


class Problem(Response):
    """A problem document, which leaves its kind where the log and the numbers find it."""

    kind = ""

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        environ[SLOT] = self.kind
        return super().__call__(environ, start_response)


def _respond(refusal: Refusal) -> Response:
    headers = {"Content-Type": MEDIA_TYPE, **ALWAYS, **NEVER_KEPT, **refusal.headers}
    response = Problem(orjson.dumps(refusal.as_json()), refusal.kind.status, headers)
    response.kind = refusal.kind.slug
    return response


def _sorted(methods: str) -> str:
    return ", ".join(sorted(methods.split(", ")))


def _kind(status: int) -> Kind:
    """What Flask and Werkzeug refuse on their own: no such path or method, a request they cannot read."""
    known = {kind.status: kind for kind in (messages.NOT_FOUND, messages.NOT_ALLOWED, messages.TOO_LARGE)}
    return known.get(status, messages.BAD_HTTP)
