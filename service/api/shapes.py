"""Small pieces of JSON Schema and OpenAPI that several parts of the API document are made of."""

from __future__ import annotations

from typing import Any, Final

from service.problems import Kind

Json = dict[str, Any]

TEXT: Final[Json] = {"type": "string"}
TEXTS: Final[Json] = {"type": "array", "items": TEXT}
OBJECT: Final[Json] = {"type": "object"}
COUNT: Final[Json] = {"type": "integer", "minimum": 0}
FLAG: Final[Json] = {"type": "boolean"}


def nullable(schema: Json) -> Json:
    """The same, or null."""
    return {**schema, "type": [schema["type"], "null"]}


def members(required: Json, optional: Json | None = None) -> Json:
    """An object with these members."""
    return {"type": "object", "properties": {**required, **(optional or {})}, "required": list(required)}


def many(item: Json) -> Json:
    """A list of them."""
    return {"type": "array", "items": item}


def either(*shapes: Json) -> Json:
    """One or the other."""
    return {"anyOf": list(shapes)}


BILINGUAL: Final = members({"zh": TEXT, "en": TEXT})
POLICY: Final = members({"release": TEXT, "label": TEXT})
RECEIPT: Final = members({"index": COUNT, "leaf_hash": TEXT})
DAY: Final[Json] = {"type": "string", "format": "date"}
MOMENT: Final[Json] = {"type": "string", "format": "date-time"}
NULL: Final[Json] = {"type": "null"}


def answer(schema: Json, description: str, headers: Json | None = None) -> Json:
    """An answer in JSON."""
    content = {"application/json": {"schema": schema}}
    return {"description": description, "content": content, **({"headers": headers} if headers else {})}


def problems(*kinds: Kind) -> Json:
    """The problems that a route answers with."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    by_status: Json = {}
    for kind in kinds:
        known = by_status.get(str(kind.status))
        title = kind.title if known is None else f"{known['description']}; {kind.title}"
        by_status[str(kind.status)] = {"description": title, "content": content}
    return by_status


def query(name: str, description: str, schema: Json) -> Json:
    """A parameter of the query string."""
    return {"in": "query", "name": name, "description": description, "schema": schema}
