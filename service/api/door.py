"""The short way in for `POST /v1/decisions`: the same answer without Flask's dispatch (a third of the work)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from service.api import body, problem, who
from service.api.body import Environ
from service.decide import DecisionService

PATH: Final = "/v1/decisions"
_CREATED: Final = "201 Created"
_FOUND: Final = "200 OK"

WsgiApp = Callable[[Environ, Any], Iterable[bytes]]


class Reply(NamedTuple):
    """An answer as WSGI takes it."""

    status: str
    headers: list[tuple[str, str]]
    document: bytes


def decide(service: DecisionService, environ: Environ) -> Reply:
    """Decide the request in a WSGI environment. Raises `Refusal` and the ledger's errors."""
    key = body.idempotency_key(environ)
    answer = service.submit(body.read_json(environ), key, who.caller_id(environ))
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(answer.document))),
        ("Location", f"{PATH}/{answer.decision_id}"),
        *problem.NEVER_KEPT.items(),
        *problem.ALWAYS.items(),
    ]
    return Reply(_FOUND if answer.replayed else _CREATED, headers, answer.document)


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
