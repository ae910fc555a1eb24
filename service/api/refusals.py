"""Every refusal in the log: one line with who, where, how, why; nothing of what was sent."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

import orjson

from service.api.body import Environ
from service.api.door import WsgiApp
from service.api.gate import Signposts
from service.api.who import caller_id

NOBODY: Final = "-"
_OF_CALLERS: Final = frozenset({401, 403, 429})
"""Refusals that somebody should look at, if they are many."""

_log = logging.getLogger(__name__)


class Refusals:
    """A WSGI application before another, that notes what the other refuses (4xx)."""

    def __init__(self, signposts: Signposts, behind: WsgiApp) -> None:
        self._signposts = signposts
        self._behind = behind

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        begun: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if status[0] == "4":
                begun.append(status)
            return start_response(status, headers, *more)

        body = self._behind(environ, start)
        return self._noted(environ, begun[0], body) if begun else body

    def _noted(self, environ: Environ, status: str, body: Iterable[bytes]) -> Iterable[bytes]:
        """The body of a problem is a single short piece, which says what kind it is."""
        pieces = list(body)
        close = getattr(body, "close", None)
        if close is not None:
            close()
        self._note(environ, int(status[:3]), b"".join(pieces))
        return pieces

    def _note(self, environ: Environ, status: int, document: bytes) -> None:
        reason, codes = _told(status, document)
        told = {
            "caller": caller_id(environ) or NOBODY,
            "route": self._signposts.place(environ).route,
            "method": _method(environ),
            "status": status,
            "reason": reason,
            "codes": codes,
        }
        level = logging.WARNING if status in _OF_CALLERS else logging.INFO
        line = "refused: caller %(caller)s, %(method)s %(route)s, %(status)d %(reason)s %(codes)s"
        _log.log(level, line, told, extra=told)


def _told(status: int, document: bytes) -> tuple[str, str]:
    """The kind of the problem, and the codes of what was wrong, each once."""
    try:
        members = orjson.loads(document)
        codes = dict.fromkeys(fault["code"] for fault in members["errors"])
        return members["type"].removeprefix("/problems/"), ",".join(codes) or NOBODY
    except (ValueError, KeyError, TypeError):
        return HTTPStatus(status).phrase.lower().replace(" ", "-"), NOBODY


def _method(environ: Environ) -> str:
    """The method, if it is one that HTTP knows: anything can stand there."""
    method: str = environ["REQUEST_METHOD"]
    return method if method in _METHODS else NOBODY


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
