"""The log: one JSON object a line, or text; of requests and decisions, and of whatever the modules have to say.

A line names ids, kinds, numbers and rulesets. It never holds facts, subjects, names, keys, paths or queries.
"""

from __future__ import annotations

import datetime as dt
import logging
import select
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final, TextIO

import orjson
import structlog

from service.config import LogFormat
from service.watch.notes import Answered

_PIPE: Final = 4096
"""Bytes that reach a pipe in one piece, whoever else writes to it."""
_LONGEST: Final = 3000
"""Characters of an exception."""
QUIET: Final = frozenset(("/healthz", "/readyz", "/metrics"))
"""Routes that are asked every few seconds; logged at DEBUG alone."""

_LEVELS: Final = {name.lower(): level for name, level in logging.getLevelNamesMapping().items()}
_EXTRA: Final = ("caller", "method", "route", "status", "reason", "codes")
"""What a refusal says of itself."""

Line = dict[str, Any]


def lines_of(note: Answered) -> Iterator[Line]:
    """A line for each decision, and one for the request.

    None for a request for one decision alone, and none for one that was refused: the refusal is logged.
    """
    time_ = moment(note.at)
    by = {"caller": note.caller} if note.caller else {}
    alone = note.route == "/v1/decisions" and len(note.made) == 1
    for made in note.made:
        seconds = note.seconds if alone else made.deciding + made.recording
        yield {
            "time": time_, "request_id": note.request_id, "level": "info", "event": "decision",
            "decision_id": made.decision_id, "index": made.place, "status": made.status, "rulesets": made.asked,
            "ms": milliseconds(seconds), **by,
        }  # fmt: skip
    if not alone and not "400" <= note.status < "500":
        problem = {"problem": note.problem} if note.problem else {}
        yield {
            "time": time_, "request_id": note.request_id, "level": _level(note), "event": "request",
            "method": note.method, "route": note.route, "status": int(note.status),
            "ms": milliseconds(note.seconds), **by, **problem,
        }  # fmt: skip


def _level(note: Answered) -> str:
    if note.route in QUIET:
        return "debug" if note.status < "500" else "warning"
    return "info" if note.status < "500" else "error"


def milliseconds(seconds: float) -> float:
    """To the microsecond."""
    return round(seconds * 1000, 3)


def moment(at: float) -> str:
    """RFC 3339, UTC."""
    seconds, fraction = divmod(int(at * 1000), 1000)
    return f"{_second(seconds)}.{fraction:03d}Z"


@lru_cache(16)
def _second(at: int) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat()[: -len("+00:00")]


class Lines:
    """Where lines are written, and how."""

    def __init__(self, stream: TextIO, form: LogFormat, level: str, decisions: bool = True) -> None:
        self._stream = stream
        self._form: LogFormat = form
        self._render = _RENDERERS[form]
        self._least = logging.getLevelNamesMapping()[level]
        self._decisions = decisions
        self._mutex = threading.Lock()
        self._dropped = 0
        self._poll = _poll_of(stream)

    def write(self, lines: Iterable[Line]) -> None:
        """Write lines of this level and more, several at once but never one in two pieces."""
        piece = ""
        for line in lines:
            if self.wanted(line):
                text = self._render(line) + "\n"
                if piece and len(piece) + len(text) > _PIPE // 2:  # a character may take several bytes
                    self.put(piece)
                    piece = ""
                piece += text
        if piece:
            self.put(piece)

    def wanted(self, line: Line) -> bool:
        """Whether a line is to be written."""
        if line["event"] == "decision" and not self._decisions:
            return False
        return _LEVELS[line["level"]] >= self._least

    def handler(self, request_id: Callable[[], str]) -> logging.Handler:
        """For what modules log; `request_id` tells the request that the thread is at, or nothing."""
        handler = _Handler(self.put)
        handler.setFormatter(formatter(self._form, request_id))
        return handler

    def put(self, piece: str) -> None:
        """Write a piece, unless whoever reads is so far behind that writing would wait: nobody waits for the log."""
        with self._mutex, suppress(OSError, ValueError):  # nobody reads any more
            if not self._takes_more():
                self._dropped += piece.count("\n")
                return
            if self._dropped:
                event = {"time": moment(time.time()), "level": "warning", "event": "dropped", "lines": self._dropped}
                self._stream.write(self._render(event) + "\n")
                self._dropped = 0
            self._stream.write(piece)
            self._stream.flush()

    def _takes_more(self) -> bool:
        """Whether a piece can be written at once: a pipe that can be written to takes `_PIPE` bytes."""
        if self._poll is None:
            return True
        return any(ready & select.POLLOUT for _, ready in self._poll.poll(0))


class _Handler(logging.Handler):
    """Hands lines on."""

    def __init__(self, put: Callable[[str], None]) -> None:
        super().__init__()
        self._put = put

    def emit(self, record: logging.LogRecord) -> None:
        self._put(self.format(record) + "\n")


def _poll_of(stream: TextIO) -> select.poll | None:
    """What tells whether the stream can be written to, where it is one of the system's."""
    try:
        poll = select.poll()
        poll.register(stream.fileno(), select.POLLOUT)
        return poll
    except (OSError, ValueError, AttributeError):
        return None


def formatter(form: LogFormat, request_id: Callable[[], str] = str) -> logging.Formatter:
    """Makes lines of the records of the standard library."""
    render = _RENDERERS[form]
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            lambda logger, name, event: render(event),
        ],
        foreign_pre_chain=[_Named(request_id, form == "json")],
        use_get_message=True,
    )


class _Named:
    """Gives a record of the standard library the members of our lines."""

    def __init__(self, request_id: Callable[[], str], members: bool) -> None:
        """`members` gives what the text names as members of their own, too."""
        self._request_id = request_id
        self._members = members

    def __call__(self, logger: Any, name: str, event: Mapping[str, Any]) -> Line:
        record: logging.LogRecord = event["_record"]
        line = {"time": moment(record.created), "level": record.levelname.lower(), "event": event["event"]}
        line |= {"logger": record.name}
        line |= {name: record.__dict__[name] for name in _EXTRA if name in record.__dict__ and self._members}
        if request_id := self._request_id():
            line["request_id"] = request_id
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = told(record.exc_info[1], with_text=not request_id)
            record.exc_info, record.exc_text = None, None
        return {**line, "_record": record, "_from_structlog": False}


def told(error: BaseException, with_text: bool) -> str:
    """What was raised and where. Its own text is left out within a request, for it may hold what was sent."""
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    what = f"{type(error).__module__}.{type(error).__qualname__}" + (f": {error}" if with_text else "")
    return " < ".join([what, *reversed(where)])[:_LONGEST]


def _as_json(line: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(line)).decode()


def _as_text(line: Mapping[str, Any]) -> str:
    rest = " ".join(
        f"{name}={','.join(value) if isinstance(value, tuple) else value}"
        for name, value in line.items()
        if name not in ("time", "level", "event", "logger")
    )
    said = f"{line['time']} {line['level'].upper()} {line.get('logger', line['event'])}"
    text = f"{said}: {line['event']} {rest}" if "logger" in line else f"{said} {rest}"
    return text.rstrip().replace("\n", "\n  ")


_RENDERERS: Final[Mapping[LogFormat, Callable[[Mapping[str, Any]], str]]] = {"json": _as_json, "text": _as_text}
