"""Who asks, as the gate has found out; nobody where there is no gate."""

from __future__ import annotations

from typing import Final, cast

from service.api.body import Environ
from service.callers import Caller

SLOT: Final = "policy_decisions.caller"
"""Where the gate leaves the caller, in the WSGI environment."""


def caller(environ: Environ) -> Caller | None:
    """The caller of this request."""
    return cast("Caller | None", environ.get(SLOT))


def caller_id(environ: Environ) -> str | None:
    """The same as it stands in the record."""
    found = caller(environ)
    return None if found is None else found.id
