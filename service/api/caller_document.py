"""The part of the API document that is about callers: how they show who they are, and how they are refused."""

from __future__ import annotations

from typing import Any, Final

from service import messages_callers as messages
from service.access import HEADER, PURPOSE
from service.api.shapes import TEXT, problems
from service.callers.scopes import TO_READ, TO_READ_LOG, Needs
from service.messages import BAD_HEADER

Json = dict[str, Any]

_NAME: Final = "bearer"
SCHEMES: Final[dict[str, Json]] = {
    _NAME: {
        "type": "http",
        "scheme": "bearer",
        "description": "an API key (`run.py keys create`) or a JSON Web Token of the configured issuer",
    }
}
_PURPOSE: Final[Json] = {
    "in": "header",
    "name": HEADER,
    "description": f"what reading the decisions of others is for, as the vocabulary has it; left out: `{PURPOSE}`",
    "schema": TEXT,
}
_COUNT: Final[Json] = {"schema": {"type": "integer", "minimum": 0}}


def guarded(document: Json, needs: Needs) -> Json:
    """A route's part of the document with what it needs of a caller, and the refusals that follow."""
    if not needs:
        return {**document, "security": []}
    security = [{_NAME: [scope]} for scope in sorted(needs)]
    told = {**document, "security": security, "responses": {**_refusals(), **document["responses"]}}
    if needs in (TO_READ, TO_READ_LOG):
        told["parameters"] = [*document.get("parameters", ()), _PURPOSE]
        told["responses"] = {**problems(BAD_HEADER), **told["responses"]}
    return told


def _refusals() -> Json:
    told: Json = problems(messages.UNAUTHENTICATED, messages.FORBIDDEN, messages.TOO_MANY_REQUESTS)
    told["401"]["headers"] = {"WWW-Authenticate": {"schema": TEXT}}
    told["429"]["headers"] = {
        "Retry-After": {**_COUNT, "description": "seconds to wait"},
        "RateLimit-Limit": {**_COUNT, "description": "requests in a window"},
        "RateLimit-Remaining": {**_COUNT, "description": "requests left in this one"},
        "RateLimit-Reset": {**_COUNT, "description": "seconds until the next one"},
    }
    return told
