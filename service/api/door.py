"""The short way in for what is asked most: the same answer without Flask's dispatch (a third of the work)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from service import json_reader
from service.api import body, negotiate, problem, who
from service.api.body import Environ
from service.api.finish import squeeze, wants_gzip
from service.decide import DecisionService
from service.simulation import Simulator

PATH: Final = "/v1/decisions"
SIMULATIONS: Final = "/v1/simulations"
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
    location = ("Location", f"{PATH}/{answer.decision_id}")
    return _reply(environ, _FOUND if answer.replayed else _CREATED, answer.document, location)


def simulate(simulator: Simulator, environ: Environ) -> Reply:
    """Simulate what the request in a WSGI environment asks for. Raises as `Simulator.simulate`."""
    negotiate.check(environ, negotiate.JSON)
    return _reply(environ, _FOUND, simulator.simulate(body.read_bytes(environ, json_reader.MAX_BYTES)))


def _reply(environ: Environ, status: str, document: bytes, *more: tuple[str, str]) -> Reply:
    coding: tuple[tuple[str, str], ...] = ()
    if len(document) >= LARGE and wants_gzip(environ):
        document, coding = squeeze(document), _SQUEEZED
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(document))),
        *more,
        *problem.NEVER_KEPT.items(),
        *problem.ALWAYS.items(),
        *coding,
    ]
    return Reply(status, headers, document)


class Door:
    """A WSGI application before another: takes what is posted to some paths, lets everything else pass."""

    def __init__(self, ways: Mapping[str, Callable[[Environ], Reply]], behind: WsgiApp) -> None:
        """`ways` are the paths, and what answers there."""
        self._ways = ways
        self._behind = behind

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        way = self._ways.get(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
        if way is None:
            return self._behind(environ, start_response)
        try:
            reply = way(environ)
        except Exception as error:
            return problem.answer(error)(environ, start_response)
        start_response(reply.status, reply.headers)
        return [reply.document]
