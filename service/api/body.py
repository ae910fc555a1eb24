"""The body and headers of a request, taken from the WSGI environment as strictly as the body's JSON."""

from __future__ import annotations

import re
from typing import Any, Final

from service import json_reader, messages, messages_api, messages_json
from service.problems import Complaint, Fault, Refusal

Environ = dict[str, Any]

_KEY: Final = re.compile("[\x21-\x7e]{1,255}")
_MEDIA_TYPE: Final = re.compile(
    r'application/(?:[a-z0-9!#$&^_.+-]+\+)?json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*', re.IGNORECASE
)


def read_json(environ: Environ) -> Any:
    """The JSON value of the body. Raises `Refusal`: 400, 413 or 415."""
    return json_reader.read(read_bytes(environ, json_reader.MAX_BYTES))


def read_bytes(environ: Environ, most: int) -> bytes:
    """The body, said to be JSON, of so many bytes at most. Raises `Refusal`: 400, 413 or 415."""
    media_type = environ.get("CONTENT_TYPE", "")
    if media_type != "application/json" and _MEDIA_TYPE.fullmatch(media_type) is None:
        raise Refusal(messages.BAD_MEDIA_TYPE)
    if environ.get("HTTP_CONTENT_ENCODING", "identity").lower() not in ("identity", ""):
        raise Refusal(messages.BAD_MEDIA_TYPE)
    return _read(environ, most)


def idempotency_key(environ: Environ) -> str | None:
    """The header `Idempotency-Key`: 1 to 255 visible ASCII characters, or `Refusal` (400)."""
    key: str | None = environ.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and _KEY.fullmatch(key) is None:
        raise Refusal(messages.BAD_HEADER, (Fault(messages.BAD_KEY, "Idempotency-Key", "header"),))
    return key


def _read(environ: Environ, most: int) -> bytes:
    """The bytes of the body, never more than one beyond what is allowed, whatever was announced."""
    announced = environ.get("CONTENT_LENGTH") or ""
    length = int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 19 else None
    if announced and length is None:
        raise Refusal(messages.BAD_HTTP)
    if length is not None and length > most:
        raise Refusal(messages.TOO_LARGE, detail=messages_api.most_bytes(most))
    if length is None and not environ.get("wsgi.input_terminated"):
        return b""
    body = _take(environ["wsgi.input"], most + 1 if length is None else length)
    if length is not None and len(body) < length:
        raise Refusal(messages.NOT_JSON, (_whole_body(messages_json.CUT_SHORT),))
    return body


def _take(stream: Any, most: int) -> bytes:
    """Up to so many bytes; a stream may give them in pieces."""
    pieces = []
    while most > 0 and (piece := stream.read(most)):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def _whole_body(complaint: Complaint) -> Fault:
    return Fault(complaint, "")
