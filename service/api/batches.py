"""`/v1/decisions/batch`: many requests at once, each with its own result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count

import orjson
from flask import Response, request

from service.api import body, decisions_document, problem, who
from service.api.routes import Routes
from service.batch import MAX_BYTES, Batch, Result
from service.callers.scopes import TO_DECIDE
from service.decide import Answer, DecisionService

PATH = "/v1/decisions/batch"


def blueprint(service: DecisionService) -> Routes:
    """The route of batches."""
    routes = Routes("batches", "many decisions at once")

    @routes.at(PATH, decisions_document.POST_BATCH, "POST", needs=TO_DECIDE)
    def decide_batch() -> Response:
        """Decide up to 1,000 requests, each for itself, and record each as an entry of its own"""
        key = body.idempotency_key(request.environ)
        text = body.read_bytes(request.environ, MAX_BYTES)
        batch = Batch(service, text, key, who.caller_id(request.environ))
        lines = _Lines(batch)
        if _wants_lines():
            return Response(lines, headers={"Content-Type": decisions_document.NDJSON, **problem.NEVER_KEPT})
        whole = b'{"items":[%b],%b' % (b",".join(lines.items()), lines.summary()[1:])
        return Response(whole, headers={"Content-Type": "application/json", **problem.NEVER_KEPT})

    return routes


def _wants_lines() -> bool:
    """Whether the caller would rather have lines than one JSON value."""
    accepted = request.accept_mimetypes
    return accepted[decisions_document.NDJSON] > accepted["application/json"]


class _Lines:
    """The results of a batch as JSON texts; the first group is on record when this is made."""

    def __init__(self, batch: Batch) -> None:
        self._id = batch.batch_id
        self._groups = batch.results()
        self._first = next(self._groups)
        self._counts: Counter[str] = Counter(recorded=0, repeated=0, refused=0)

    def items(self) -> Iterator[bytes]:
        """One text an item, in their order."""
        position = count()
        for result in self._first:
            yield self._item(next(position), result)
        for group in self._groups:
            for result in group:
                yield self._item(next(position), result)

    def summary(self) -> bytes:
        """What became of them all."""
        return orjson.dumps({"batch_id": self._id, **self._counts})

    def __iter__(self) -> Iterator[bytes]:
        """A line for each item, then the summary: a body without it was cut off."""
        for item in self.items():
            yield item + b"\n"
        yield self.summary() + b"\n"

    def _item(self, position: int, result: Result) -> bytes:
        if isinstance(result, Answer):
            self._counts["repeated" if result.replayed else "recorded"] += 1
            status = 200 if result.replayed else 201
            return b'{"position":%d,"status":%d,"decision":%b}' % (position, status, result.document)
        self._counts["refused"] += 1
        told = problem.refusal(result).as_json()
        return b'{"position":%d,"status":%d,"problem":%b}' % (position, told["status"], orjson.dumps(told))
