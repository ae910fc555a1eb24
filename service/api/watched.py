"""The outermost application: gives every request an id, and notes what became of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any, Final

from service.api import problem, who
from service.api.body import Environ
from service.api.door import WsgiApp
from service.api.gate import Signposts
from service.watch import Answered, Watch

HEADER: Final = "X-Request-Id"

_GIVEN: Final = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_TRACE: Final = re.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*", re.ASCII)


class Watched:
    """A WSGI application around another."""

    def __init__(
        self, watch: Watch, signposts: Signposts, behind: WsgiApp, randomness: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._watch = watch
        self._signposts = signposts
        self._behind = behind
        self._first = randomness(8).hex()
        self._numbers = count()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        watch = self._watch
        begun, at = watch.now(), watch.wall()
        request_id = self._request_id(environ)
        watch.current.begin(request_id, begun)
        status = ""

        def started(line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal status
            status = line[:3]
            headers.append((HEADER, request_id))
            return start_response(line, headers, *rest)

        def ended() -> None:
            watch.answered(self._note(environ, status, request_id, at, watch.now() - begun))
            watch.current.request_id = ""

        answer = self._behind(environ, started)
        if isinstance(answer, list):
            ended()
            return answer
        return _Streamed(answer, ended)

    def _request_id(self, environ: Environ) -> str:
        """The caller's own, its trace's, or a new one."""
        given: str | None = environ.get("HTTP_X_REQUEST_ID")
        if given is not None and _GIVEN.fullmatch(given) is not None:
            return given
        trace = environ.get("HTTP_TRACEPARENT")
        if trace is not None and (found := _TRACE.fullmatch(trace)) is not None:
            return found[1]
        return f"{self._first}{next(self._numbers):08x}"

    def _note(self, environ: Environ, status: str, request_id: str, at: float, seconds: float) -> Answered:
        current = self._watch.current
        route = self._signposts.place(environ).route
        kind = environ.get(problem.SLOT, "")
        caller = who.caller_id(environ) or ""
        return Answered(
            at, seconds, request_id, environ["REQUEST_METHOD"], route, status, kind, caller, tuple(current.made),
            current.repeated, current.unanswered, current.not_recorded, environ.get("HTTP_TRACEPARENT", ""),
        )  # fmt: skip


class _Streamed:
    """A body that comes in pieces: the request is over when it is."""

    def __init__(self, answer: Iterable[bytes], ended: Callable[[], None]) -> None:
        self._answer = answer
        self._pieces = iter(answer)
        self._ended: Callable[[], None] | None = ended

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        """As WSGI asks for."""
        try:
            if hasattr(self._answer, "close"):
                self._answer.close()
        finally:
            self._end()

    def _end(self) -> None:
        ended, self._ended = self._ended, None
        if ended is not None:
            ended()

