"""What the service tells a caller that it does not know, or that may not do what it asks."""

from __future__ import annotations

from typing import Final

from service.problems import Kind

UNAUTHENTICATED: Final = Kind(
    "unauthenticated",
    401,
    "The service does not know who asks",
    "send an API key or a token as `Authorization: Bearer …`; `errors` says what is wrong with what was sent",
)
FORBIDDEN: Final = Kind("forbidden", 403, "The caller may not do this", "`errors` says what is missing")
TOO_MANY_REQUESTS: Final = Kind(
    "too-many-requests", 429, "Too many requests", "wait as long as the header `Retry-After` says, then go on"
)
CALLERS_UNREADABLE: Final = Kind(
    "callers-unreadable",
    503,
    "It cannot be told who may ask",
    "the table of keys, or the keys of the token issuer, cannot be read; the failure is logged",
)

KINDS: Final = (UNAUTHENTICATED, FORBIDDEN, TOO_MANY_REQUESTS, CALLERS_UNREADABLE)
