"""The part of the API document that is about itself."""

from __future__ import annotations

from typing import Any, Final

from service import messages
from service.api.shapes import OBJECT, TEXT, answer, problems

Json = dict[str, Any]

OPENAPI: Final[Json] = {"responses": {"200": answer(OBJECT, "the document")}}
DOCS: Final[Json] = {"responses": {"200": answer(TEXT, "the page", media_type="text/html")}}
ASSET: Final[Json] = {
    "responses": {
        "200": {
            "description": "a file of the page",
            "content": {name: {"schema": TEXT} for name in ("text/javascript", "text/css", "image/png")},
        },
        **problems(messages.NOT_FOUND),
    }
}
