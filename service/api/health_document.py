"""The part of the API document that is about the service itself, and about what goes wrong."""

from __future__ import annotations

from typing import Any, Final

from service import messages
from service.api.shapes import COUNT, OBJECT, POLICY, TEXT, answer, many, members, named, problems

Json = dict[str, Any]

_STATUS: Final[Json] = {"type": "integer", "minimum": 400, "maximum": 599}
_FAULT: Final = members(
    {"code": TEXT, "detail": TEXT},
    {
        "pointer": {**TEXT, "description": "RFC 6901, into the body"},
        "parameter": {**TEXT, "description": "of the query"},
        "header": TEXT,
        "hint": TEXT,
        "file": {**TEXT, "description": "of a draft policy, with the line and column in it, from 1"},
        "line": COUNT,
        "column": COUNT,
    },
)
_HEAD: Final[Json] = {"type": TEXT, "title": TEXT, "status": _STATUS, "detail": TEXT}

SCHEMAS: Final[dict[str, Json]] = {
    "Health": members({"status": TEXT}, {"policy": POLICY, "policies": OBJECT, "ledger": OBJECT}),
    "ProblemPage": members(_HEAD),
    "Problem": members({**_HEAD, "errors": many(_FAULT)}, {"more_errors": {"type": "integer", "minimum": 1}}),
}

HEALTHZ: Final[Json] = {"responses": {"200": answer(named("Health"), "alive")}}
READYZ: Final[Json] = {"responses": {"200": answer(named("Health"), "ready"), **problems(messages.NOT_READY)}}
PROBLEM_PAGE: Final[Json] = {
    "responses": {"200": answer(named("ProblemPage"), "what it means"), **problems(messages.NOT_FOUND)}
}
