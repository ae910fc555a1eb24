"""The log: one line an event, JSON or text, with ids and without anything that was sent."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest

from service.config import LogFormat
from service.watch import Answered, Lines
from service.watch.lines import lines_of
from service.watch.notes import Made

MADE = Made("0197", 7, "undecided", ("size", "route"), (), (), 0.002, 0.003, 0.01)


def answered(**changes: Any) -> Answered:
    note = Answered(1e9, 0.0125, "abc", "POST", "/v1/decisions", "201", "", "key-1", (MADE,), 0, 0, 0, "")
    return note._replace(**changes)


def written(*notes: Answered, form: LogFormat = "json", level: str = "INFO", decisions: bool = True) -> list[str]:
    stream = io.StringIO()
    Lines(stream, form, level, decisions).write(line for note in notes for line in lines_of(note))
    return stream.getvalue().splitlines()


@pytest.fixture
def module() -> Iterator[logging.Logger]:
    logger = logging.getLogger("service.test")
    logger.propagate = False
    logger.setLevel("INFO")
    yield logger
    logger.handlers.clear()


def logged(logger: logging.Logger, form: LogFormat, request_id: str = "") -> io.StringIO:
    stream = io.StringIO()
    logger.addHandler(Lines(stream, form, "INFO").handler(lambda: request_id))
    return stream


def test_a_decision() -> None:
    (line,) = written(answered())
    assert json.loads(line) == {
        "time": "2001-09-09T01:46:40.000Z", "request_id": "abc", "level": "info", "event": "decision",
        "decision_id": "0197", "index": 7, "status": "undecided", "rulesets": ["size", "route"], "ms": 12.5,
        "caller": "key-1",
    }  # fmt: skip


def test_a_decision_as_text() -> None:
    assert written(answered(), form="text") == [
        "2001-09-09T01:46:40.000Z INFO decision request_id=abc decision_id=0197 index=7 status=undecided"
        " rulesets=size,route ms=12.5 caller=key-1"
    ]


def test_a_batch_is_its_decisions_and_a_request() -> None:
    lines = [json.loads(line) for line in written(answered(route="/v1/decisions/batch", made=(MADE, MADE)))]
    assert [(line["event"], line["ms"]) for line in lines] == [("decision", 5), ("decision", 5), ("request", 12.5)]


def test_a_failure_names_its_kind() -> None:
    (line,) = written(answered(status="503", problem="ledger-unavailable", made=(), caller=""))
    found = json.loads(line)
    assert (found["level"], found["status"], found["problem"]) == ("error", 503, "ledger-unavailable")
    assert "caller" not in found


def test_a_refusal_is_logged_where_it_is_noted(module: logging.Logger) -> None:
    assert written(answered(status="422", made=())) == []
    stream = logged(module, "json")
    module.info("refused: %(status)d", {"status": 422}, extra={"status": 422, "codes": "required"})
    found = json.loads(stream.getvalue())
    assert (found["event"], found["status"], found["codes"]) == ("refused: 422", 422, "required")


@pytest.mark.parametrize(
    ("changes", "level", "count"),
    [
        ({}, "INFO", 1), ({}, "WARNING", 0), ({"made": (), "status": "500"}, "ERROR", 1),
        ({"made": (), "route": "/healthz", "status": "200"}, "INFO", 0),
        ({"made": (), "route": "/healthz", "status": "200"}, "DEBUG", 1),
        ({"made": (), "route": "/readyz", "status": "503"}, "WARNING", 1),
    ],
)  # fmt: skip
def test_levels(changes: dict[str, Any], level: str, count: int) -> None:
    assert len(written(answered(**changes), level=level)) == count


def test_decisions_can_be_left_out() -> None:
    assert written(answered(), decisions=False) == []
    assert len(written(answered(status="503", made=()), decisions=False)) == 1


def test_many_lines_are_written_whole() -> None:
    lines = written(*[answered(request_id=f"{number:x>40}") for number in range(200)])
    assert [json.loads(line)["request_id"].lstrip("x") for line in lines] == [str(number) for number in range(200)]


def test_a_stream_that_nobody_reads_is_no_failure() -> None:
    stream = io.StringIO()
    stream.close()
    Lines(stream, "json", "INFO").write(lines_of(answered()))


def test_nobody_waits_for_a_reader_that_does_not_read(module: logging.Logger) -> None:
    out, into = os.pipe()
    with open(into, "w", encoding="utf-8") as stream, open(out, encoding="utf-8") as reader:
        lines = Lines(stream, "json", "INFO")
        for _ in range(2000):
            lines.write(lines_of(answered()))
        os.set_blocking(out, False)
        assert 100 < len(reader.read().splitlines()) < 2000
        module.addHandler(lines.handler(str))
        module.error("again")
        told, again = (json.loads(line) for line in reader.read().splitlines())
        assert (told["event"], again["event"]) == ("dropped", "again")
        assert told["lines"] > 100


def test_what_modules_log(module: logging.Logger) -> None:
    stream = logged(module, "json", "abc")
    module.error("the ledger refuses: %s", "it is closed")
    found = json.loads(stream.getvalue())
    assert (found["level"], found["event"]) == ("error", "the ledger refuses: it is closed")
    assert (found["logger"], found["request_id"]) == ("service.test", "abc")


def test_what_modules_log_as_text(module: logging.Logger) -> None:
    stream = logged(module, "text")
    module.warning("two\nlines")
    assert stream.getvalue().split(" ", 1)[1] == "WARNING service.test: two\n  lines\n"


def failing(text: str) -> Exception:
    try:
        raise KeyError(text)
    except KeyError as error:
        return error


def test_an_exception_within_a_request_is_told_without_its_text(module: logging.Logger) -> None:
    stream = logged(module, "json", "abc")
    module.error("unexpected failure", exc_info=failing("张三"))
    line = json.loads(stream.getvalue())
    assert "builtins.KeyError" in line["exception"]
    assert "test_lines.py:" in line["exception"]
    assert "张三" not in stream.getvalue()


def test_an_exception_elsewhere_is_told_whole(module: logging.Logger) -> None:
    stream = logged(module, "json")
    module.error("unexpected failure", exc_info=failing("the folder"))
    assert "the folder" in json.loads(stream.getvalue())["exception"]
    assert stream.getvalue().count("\n") == 1
