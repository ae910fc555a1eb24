"""`api.md`: the promise, written by hand in `api_head.md`; then every route from the API document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from docs import api_examples
from service.api.examples import operations, recorded

Json = dict[str, Any]


def page() -> str:
    """The page."""
    with api_examples.client() as client:
        document = client.get("/openapi.json").get_json()
    examples = recorded()
    told = "Below, every route; written by `make docs` from the API document, its examples answered by the service."
    lines = [_head().rstrip(), "", told]
    about = {tag["name"]: tag["description"] for tag in document["tags"]}
    found = sorted(operations(document), key=lambda one: list(about).index(one[1]["tags"][0]))
    for tag, group in groupby(found, key=lambda one: one[1]["tags"][0]):
        lines += ["", f"## {tag}", f"{about[tag][0].upper()}{about[tag][1:]}."]
        for name, operation in group:
            lines += ["", f"### {name}", *_operation(operation), *_examples(name, examples.get(name, []))]
    return "\n".join(lines) + "\n"


def _head() -> str:
    return Path(__file__).with_name("api_head.md").read_text(encoding="utf-8")


def _operation(operation: Json) -> Iterator[str]:
    yield f"{operation['summary']}."
    scopes = sorted({scope for one in operation.get("security", ()) for scopes in one.values() for scope in scopes})
    yield from ("", "Scope: " + (" or ".join(f"`{scope}`" for scope in scopes) or "none, open to all") + ".")
    parameters = operation.get("parameters", [])
    if parameters:
        yield from ("", "| parameter | in | is |", "|---|---|---|")
        yield from (_parameter(one) for one in parameters)
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body:
        yield from ("", f"Body: {_schema(body)}.")
    yield from ("", "| status | means | body |", "|---|---|---|")
    for status, told in sorted(operation["responses"].items()):
        if status != "default":
            kinds = [_schema(one["schema"]) + _other(media) for media, one in told.get("content", {}).items()]
            yield _row(status, told["description"], "<br>".join(kinds))


def _parameter(one: Json) -> str:
    schema = one["schema"]
    kind = schema.get("format") or schema.get("type") or " or ".join(
        part.get("format", part.get("type", "")) for part in schema.get("anyOf", ())
    )
    allowed = ", ".join(f"`{value}`" for value in schema.get("enum", ()))
    parts = [one.get("description", ""), allowed or str(kind), "required" if one.get("required") else ""]
    if "default" in schema:
        parts.append(f"`{schema['default']}` if left out")
    return _row(f"`{one['name']}`", one["in"], "; ".join(part for part in parts if part))


def _schema(schema: Json) -> str:
    """What it is called, or what kind of value it is."""
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    several = schema.get("anyOf") or schema.get("oneOf")
    if several:
        return " or ".join(dict.fromkeys(_schema(one) for one in several))
    members = ", ".join(f"`{name}`" for name in schema.get("properties", ()))
    return f"an object with {members}" if members else str(schema.get("type", "anything"))


def _other(media_type: str) -> str:
    usual = media_type in ("application/json", "application/problem+json")
    return "" if usual else f" as `{media_type}`"


def _row(*cells: str) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def _examples(operation: str, examples: list[Json]) -> Iterator[str]:
    method, _, _ = operation.partition(" ")
    for example in examples:
        summary = example["summary"]
        yield from ("", f"*{summary[0].upper()}{summary[1:]}:*", "```http", f"{method} {example['path']}")
        yield from (f"{name}: {value}" for name, value in example.get("headers", {}).items())
        if "body" in example:
            yield from ("", _pretty(example["body"]))
        cut = ", cut short" if example.get("shortened") else ""
        answer = example["answer"]
        yield from ("```", f"→ {example['status']}{cut}", "```json" if not isinstance(answer, str) else "```text")
        yield from (answer.rstrip("\n") if isinstance(answer, str) else _pretty(answer), "```")


def _pretty(value: Any) -> str:
    """JSON with what fits into a line on one line."""
    return _laid_out(value, 0, 0)


def _laid_out(value: Any, indent: int, before: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or indent + before + len(flat) <= 110:
        return flat
    inner = indent + 2
    if isinstance(value, dict):
        parts = [(f"{json.dumps(name, ensure_ascii=False)}: ", item) for name, item in value.items()]
    else:
        parts = [("", item) for item in value]
    lines = [" " * inner + name + _laid_out(item, inner, len(name)) for name, item in parts]
    first, last = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([first, ",\n".join(lines), " " * indent + last])
