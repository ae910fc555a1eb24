"""The short way in for `POST /v1/decisions`: the same answer without Flask's dispatch (a third of the work)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from service.api import body, negotiate, problem, who
from service.api.body import Environ
from service.api.finish import squeeze, wants_gzip
from service.decide import DecisionService

PATH: Final = "/v1/decisions"
_CREATED: Final = "201 Created"
_FOUND: Final = "200 OK"
LARGE: Final = 32 * 1024
"""Bytes of an answer from which on it is compressed for who asks: for less it costs more than it saves."""
_SQUEEZED: Final = (("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding"))

WsgiApp = Callable[[Environ, Any], Iterable[bytes]]


class Reply(NamedTuple):
    """An answer as WSGI takes it."""

    status: str
    headers: list[tuple[str, str]]
    document: bytes


def decide(service: DecisionService, environ: Environ) -> Reply:
    """Decide the request in a WSGI environment. Raises `Refusal` and the ledger's errors."""
    negotiate.check(environ, negotiate.JSON)
    key = body.idempotency_key(environ)
    answer = service.submit(body.read_json(environ), key, who.caller_id(environ))
    document = answer.document
    coding: tuple[tuple[str, str], ...] = ()
    if len(document) >= LARGE and wants_gzip(environ):
        document, coding = squeeze(document), _SQUEEZED
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(document))),
        ("Location", f"{PATH}/{answer.decision_id}"),
        *problem.NEVER_KEPT.items(),
        *problem.ALWAYS.items(),
        *coding,
    ]
    return Reply(_FOUND if answer.replayed else _CREATED, headers, document)


class Door:
    """A WSGI application before another: takes decisions, lets everything else pass."""

    def __init__(self, service: DecisionService, behind: WsgiApp) -> None:
        self._service = service
        self._behind = behind

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] != PATH:
            return self._behind(environ, start_response)
        try:
            reply = decide(self._service, environ)
        except Exception as error:
            return problem.answer(error)(environ, start_response)
        start_response(reply.status, reply.headers)
        return [reply.document]
