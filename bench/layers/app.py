"""The way of a request, cut off after a layer: `python -m bench.layers.app LAYER PORT FOLDER`, one granian worker.

Each layer is the product's own function, called as the product calls it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from bench.cases import POLICIES
from service.api import body
from service.callers.guard import Guard
from service.callers.scopes import TO_DECIDE
from service.callers.settings import CallerSettings
from service.clock import SystemClock
from service.config import Settings
from service.decide import Decider
from service.ledger.entry import prepare
from service.record import Decision
from service.reload import load_folder
from service.request import request_hash

LAYERS = ("echo", "gate", "parse", "validate", "decide", "present", "canonical")
ANSWER = b'{"padding": "%s"}' % (b"x" * 6000)
"""About as long as the answer to one request, for the layers that have none yet."""

Environ = dict[str, Any]


class Pipeline:
    """The layers of one decision."""

    def __init__(self, decider: Decider, guard: Guard) -> None:
        self._decider = decider
        self._guard = guard

    def run(self, environ: Environ, last: str) -> bytes:
        """Everything until a layer, and an answer."""
        layers = LAYERS[: LAYERS.index(last) + 1]
        if "gate" in layers:
            self._gate(environ)
        if "parse" not in layers:
            environ["wsgi.input"].read()
            return ANSWER
        value = body.read_json(environ)
        if "validate" not in layers:
            return ANSWER
        request = self._decider.read(value)
        if "decide" not in layers:
            return ANSWER
        outcomes = self._decider.policy.engine.decide(request.asked, request.facts, request.as_of)
        if "present" not in layers:
            return ANSWER
        derived = self._decider.derived(request, outcomes, ())
        now = self._decider.clock.now()
        decision = Decision(self._decider.ids.at(now), request.subject, request.as_of, now, *derived)
        document = decision.document({"index": 0, "leaf_hash": "0" * 64})
        if "canonical" in layers:
            prepare(decision.draft(None, request_hash(value)))
        return document

    def _gate(self, environ: Environ) -> None:
        asked = environ.get("HTTP_AUTHORIZATION"), environ.get("QUERY_STRING", ""), environ.get("REMOTE_ADDR", "")
        self._guard.permit(self._guard.admit(*asked), TO_DECIDE)


def pipeline(folder: Path) -> Pipeline:
    """With the product's policies, and the keys of a folder."""
    callers = Settings(data_dir=folder).callers()
    if not isinstance(callers, CallerSettings):
        raise SystemExit("callers are asked for keys by default")
    clock = SystemClock()
    return Pipeline(Decider(load_folder(POLICIES), "off", clock), Guard.open(callers, clock))


def application(made: Pipeline, last: str) -> Callable[[Environ, Any], Iterable[bytes]]:
    """As WSGI takes it."""

    def app(environ: Environ, start_response: Any) -> Iterable[bytes]:
        document = made.run(environ, last)
        start_response("201 Created", [("Content-Type", "application/json"), ("Content-Length", str(len(document)))])
        return [document]

    return app


def main() -> None:
    """Serve until told to stop."""
    last, port, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    server: Any = Server(
        target=last, port=port, interface=Interfaces.WSGI, http=HTTPModes.http1, workers=1,
        blocking_threads=512, backlog=1024, backpressure=2048, log_level=LogLevels.error,
    )  # fmt: skip
    server.serve(target_loader=lambda: application(pipeline(folder), last), wrap_loader=False)


if __name__ == "__main__":
    main()
