"""Spans for OpenTelemetry, made from notes after the answer; imported only where somebody wants them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.util.types import AttributeValue
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from service.watch.notes import Answered, Made

NAME: Final = "policy-decisions"


class Spans:
    """Sends a span for each request, with those of its decisions inside; settings are OpenTelemetry's own."""

    def __init__(self, processor: SpanProcessor | None = None) -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.name": NAME}), shutdown_on_exit=False)
        self._provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer(NAME)
        self._context = TraceContextTextMapPropagator()

    def send(self, notes: Iterable[Answered]) -> None:
        """Make spans of requests that were answered."""
        for note in notes:
            self._request(note)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()

    def _request(self, note: Answered) -> None:
        around = self._context.extract({"traceparent": note.trace}) if note.trace else Context()
        attributes: dict[str, AttributeValue] = {
            "http.request.method": note.method, "http.route": note.route, "request.id": note.request_id,
            "http.response.status_code": int(note.status),
        }  # fmt: skip
        name = f"{note.method} {note.route}"
        span = self._tracer.start_span(name, around, SpanKind.SERVER, attributes, start_time=_nanoseconds(note.at))
        if note.status >= "500":
            span.set_status(Status(StatusCode.ERROR))
        inside = set_span_in_context(span, around)
        for made in note.made:
            self._decision(note.at, made, inside, alone=len(note.made) == 1)
        span.end(_nanoseconds(note.at + note.seconds))

    def _decision(self, at: float, made: Made, inside: Context, alone: bool) -> None:
        recorded = at + made.ended
        decided = recorded - made.recording
        begun = decided - made.deciding
        attributes: dict[str, AttributeValue] = {
            "decision.id": made.decision_id, "decision.status": made.status, "decision.rulesets": made.asked,
            "ledger.index": made.place,
        }  # fmt: skip
        for name, start, end in (("read", at, begun), ("decide", begun, decided), ("record", decided, recorded)):
            if name != "read" or alone:
                span = self._tracer.start_span(name, inside, attributes=attributes, start_time=_nanoseconds(start))
                span.end(_nanoseconds(end))


def _nanoseconds(at: float) -> int:
    return int(at * 1e9)
