"""Small pieces of JSON Schema and OpenAPI that several parts of the API document are made of."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

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


def strict(required: Json, optional: Json | None = None) -> Json:
    """An object with these members and no others."""
    return {**members(required, optional), "additionalProperties": False}


def many(item: Json) -> Json:
    """A list of them."""
    return {"type": "array", "items": item}


def by_name(item: Json) -> Json:
    """An object whose members have names of the policy, and are all of one shape."""
    return {"type": "object", "additionalProperties": item}


def either(*shapes: Json) -> Json:
    """One or the other."""
    return {"anyOf": list(shapes)}


def named(schema: str) -> Json:
    """One of the schemas that the API document has by name."""
    return {"$ref": f"#/components/schemas/{schema}"}


BILINGUAL: Final = members({"zh": TEXT, "en": TEXT})
DAY: Final[Json] = {"type": "string", "format": "date"}
MOMENT: Final[Json] = {"type": "string", "format": "date-time"}
NULL: Final[Json] = {"type": "null"}
ANYTHING: Final[Json] = {}
STATUS: Final[Json] = {"type": "string", "enum": ["decided", "undecided", "conflict", "error"]}
HASH: Final[Json] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
RECEIPT: Final = members({"index": COUNT, "leaf_hash": HASH})
RELEASE: Final[Json] = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
POLICY: Final = members({"release": RELEASE, "label": TEXT})
IDEMPOTENCY_KEY: Final[Json] = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "the same key and request again give the same answer, and only one record",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}


def answer(
    schema: Json, description: str, headers: Json | None = None, media_type: str = "application/json"
) -> Json:
    """An answer, in JSON unless it says otherwise."""
    content = {media_type: {"schema": schema}}
    return {"description": description, "content": content, **({"headers": headers} if headers else {})}


def links(member: str, parameter: str, paths: dict[str, str]) -> Json:
    """The links of an answer: by name, the paths that take a member of it as their parameter."""
    found = {}
    for name, path in paths.items():
        reference = f"#/paths/{quote(path.replace('/', '~1'), safe='~')}/get"
        found[name] = {"operationRef": reference, "parameters": {parameter: f"$response.body#/{member}"}}
    return found


def body(schema: Json) -> Json:
    """A body in JSON that must be sent."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def problems(*kinds: Kind) -> Json:
    """The problems that a route answers with."""
    content = {"application/problem+json": {"schema": named("Problem")}}
    by_status: Json = {}
    for kind in kinds:
        known = by_status.get(str(kind.status))
        title = kind.title if known is None else f"{known['description']}; {kind.title}"
        by_status[str(kind.status)] = {"description": title, "content": content}
    return by_status


def query(name: str, description: str, schema: Json, required: bool = False) -> Json:
    """A parameter of the query string."""
    told = {"in": "query", "name": name, "description": description, "schema": schema}
    return {**told, "required": True} if required else told
