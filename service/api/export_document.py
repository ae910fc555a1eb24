"""The part of the API document that is about exports."""

from __future__ import annotations

from typing import Any, Final

from service import messages
from service.api.decisions_document import NDJSON
from service.api.shapes import DAY, OBJECT, TEXT, problems, query

EXPORT: Final[dict[str, Any]] = {
    "parameters": [
        query("format", "the form; more are those of `run.py export`", {"type": "string", "enum": ["jsonl"]}),
        query("since", "recorded on that day (UTC) or later", DAY),
        query("until", "recorded on that day (UTC) or earlier", DAY),
        query("subject", "about that subject", TEXT),
        query("ruleset", "decisions with an outcome of that ruleset", TEXT),
        query("outcome", "decisions with that value of an outcome, of `ruleset` if it is given", TEXT),
        query("kind", "what was recorded: `decision`, `release`, `action_done` and others", TEXT),
    ],
    "responses": {
        "200": {
            "description": "a head with a signed checkpoint, then a line an entry with its proof, then their number",
            "content": {NDJSON: {"schema": OBJECT}},
        },
        **problems(messages.BAD_QUERY, messages.UNAVAILABLE),
    },
}
