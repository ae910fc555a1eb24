"""The last touch to every answer of the application: 304 for who has it, gzip for who asks, no body for OPTIONS."""

from __future__ import annotations

import gzip
from typing import Final

from flask import Request, Response

from werkzeug.http import parse_accept_header

from service.api import problem
from service.api.body import Environ

SMALLEST: Final = 1024
"""Bytes of a body from which on it is compressed; less is not worth a second look by both sides."""
LEVEL: Final = 5
_COMPRESSIBLE: Final = ("application/json", "application/problem+json", "text/", "image/svg+xml")
_OF_A_BODY: Final = ("Content-Type", "Content-Length", "Content-Encoding")


def finish(request: Request, response: Response) -> Response:
    """The answer as it leaves."""
    response.headers.update(problem.ALWAYS)
    if request.method == "OPTIONS" and response.status_code == 200:
        response.headers["Allow"] = ", ".join(sorted(response.allow))
        return _emptied(response, 204)
    squeezed = _worth_squeezing(response)
    wanted = squeezed and wants_gzip(request.environ)
    if squeezed:
        response.vary.add("Accept-Encoding")
    etag, _ = response.get_etag()
    if etag is not None:
        etag = f"{etag}-gzip" if wanted else etag  # another coding is another representation (RFC 9110, 8.8.3.3)
        response.set_etag(etag)
        if response.status_code == 200 and request.if_none_match.contains_weak(etag):
            return _emptied(response, 304)
    if wanted:
        response.set_data(squeeze(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
    return response


def wants_gzip(environ: Environ) -> bool:
    """Whether the client prefers a compressed body."""
    accepted = parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING"))
    return bool(accepted) and accepted["gzip"] > 0 and accepted["gzip"] >= accepted["identity"]


def squeeze(body: bytes) -> bytes:
    """The body compressed; the same body gives the same bytes, whenever it is asked for."""
    return gzip.compress(body, LEVEL, mtime=0)


def _worth_squeezing(response: Response) -> bool:
    if response.is_streamed or "Content-Encoding" in response.headers or response.status_code in (204, 304):
        return False
    return (response.mimetype or "").startswith(_COMPRESSIBLE) and len(response.get_data()) >= SMALLEST


def _emptied(response: Response, status: int) -> Response:
    response.set_data(b"")
    response.status_code = status
    for name in _OF_A_BODY:
        response.headers.pop(name, None)
    return response
