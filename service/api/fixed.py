"""Answers that stay the same until something changes, with a validator by which a client sees that nothing has."""

from __future__ import annotations

import hashlib
from typing import Final

from flask import Response

REVALIDATED: Final = {"Cache-Control": "private, max-age=0, must-revalidate"}
"""A client may keep the answer, and asks each time whether it still holds."""


class Fixed:
    """An answer made once."""

    def __init__(self, body: bytes, media_type: str = "application/json") -> None:
        self._body = body
        self._headers = {"Content-Type": media_type, **REVALIDATED}
        self._etag = hashlib.sha256(body).hexdigest()[:32]

    def response(self) -> Response:
        """The answer, with its strong ETag (RFC 9110, 8.8.3); `finish` tells who has it already."""
        response = Response(self._body, headers=self._headers)
        response.set_etag(self._etag)
        return response
