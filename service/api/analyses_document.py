"""The part of the API document that is about analyses, from the columns that read their rows."""

from __future__ import annotations

from typing import Any, Final

from service import messages
from service.analyses.base import Analysis
from service.analyses.catalogue import ANALYSES
from service.api.shapes import DAY, OBJECT, TEXT, TEXTS, answer, body, either, many, members, problems, strict

Json = dict[str, Any]


def _request(analysis: Analysis) -> Json:
    """What one analysis is asked with."""
    columns = {column.name: column.field.json_schema for column in analysis.columns}
    required = [column.name for column in analysis.columns if column.required]
    row = {**strict(columns), "required": required}
    options = {option.name: option.field.json_schema for option in analysis.options}
    rows = {**many(row), "minItems": 1}
    return {"title": analysis.name, **strict({"rows": rows, **options}, {"as_of": DAY})}


_RESULT: Final = members(
    {"analysis": TEXT, "rows": many(OBJECT), "summary": many(OBJECT), "required_actions": many(OBJECT)},
    {
        "title": OBJECT,
        "clauses": TEXTS,
        "as_of": DAY,
        "policy": OBJECT,
        "parameters": OBJECT,
        "columns": many(OBJECT),
    },
)

LIST_ANALYSES: Final[Json] = {"responses": {"200": answer(members({"items": many(OBJECT)}), "the analyses")}}
POST_ANALYSIS: Final[Json] = {
    "requestBody": body(either(*(_request(analysis) for analysis in ANALYSES.values()))),
    "responses": {
        "200": answer(_RESULT, "the result, and the actions that follow"),
        **problems(
            messages.NOT_JSON,
            messages.NOT_FOUND,
            messages.TOO_LARGE,
            messages.BAD_MEDIA_TYPE,
            messages.INVALID,
        ),
    },
}
