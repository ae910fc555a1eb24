"""Spans are made from notes: of a request, and inside it of reading, deciding and recording."""

from __future__ import annotations

import subprocess
import sys

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from service.config import Settings
from service.watch.notes import Answered, Made
from service.watch.process import TRACES, begin
from service.watch.tracing import Spans

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
MADE = Made("0197", 7, "decided", ("size",), (), (), 0.002, 0.003, 0.010)
NOTE = Answered(1e9, 0.0125, "abc", "POST", "/v1/decisions", "201", "", "key-1", (MADE,), 0, 0, 0, TRACE)


def spans(*notes: Answered) -> list[ReadableSpan]:
    exporter = InMemorySpanExporter()
    made = Spans(SimpleSpanProcessor(exporter))
    made.send(notes)
    made.close()
    return list(exporter.get_finished_spans())


def test_a_request_with_its_decision() -> None:
    *inside, request = spans(NOTE)
    assert [span.name for span in (request, *inside)] == ["POST /v1/decisions", "read", "decide", "record"]
    assert {span.parent and span.parent.span_id for span in inside} == {request.context.span_id}
    lengths = [round(((span.end_time or 0) - (span.start_time or 0)) / 1e6, 1) for span in (request, *inside)]
    assert lengths == [12.5, 5.0, 2.0, 3.0]
    assert dict(request.attributes or {})["http.response.status_code"] == 201
    assert dict(inside[1].attributes or {})["decision.id"] == "0197"


def test_it_joins_the_callers_trace() -> None:
    *_, request = spans(NOTE)
    assert f"{request.context.trace_id:032x}" == TRACE.split("-")[1]
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == TRACE.split("-")[2]


@pytest.mark.parametrize("trace", ["", "nonsense", "MARKER"])
def test_without_a_trace_it_begins_one(trace: str) -> None:
    *_, request = spans(NOTE._replace(trace=trace))
    assert request.parent is None


def test_a_failure_is_one() -> None:
    (request,) = spans(NOTE._replace(status="503", made=()))
    assert not request.status.is_ok


def test_a_batch_has_no_reading_of_one_decision() -> None:
    assert [span.name for span in spans(NOTE._replace(made=(MADE, MADE)))][:-1] == ["decide", "record"] * 2


def test_only_who_asks_gets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logging.basicConfig", lambda **_: None)
    monkeypatch.delenv(TRACES, raising=False)
    assert begin(Settings(), "worker").spans is None
    monkeypatch.setenv(TRACES, "http://127.0.0.1:9")
    watch = begin(Settings(), "worker")
    assert isinstance(watch.spans, Spans)
    watch.spans.close()


def test_nothing_of_it_is_imported_otherwise() -> None:
    code = "import service.api.app, service.watch.process, sys; sys.exit('opentelemetry' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
