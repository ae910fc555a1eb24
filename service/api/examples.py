"""Examples of every operation for the API document: what the service answered when they were recorded.

`examples.json` is written by `make docs` from requests to the service itself, and a test holds it true.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any, Final

import orjson

Json = dict[str, Any]

FILE: Final = "examples.json"
_METHODS: Final = ("get", "post")


def recorded() -> Json:
    """Examples by operation (`POST /v1/decisions`), in the order in which they were recorded."""
    found: Json = orjson.loads(resources.files(__package__).joinpath(FILE).read_bytes())
    return found


def added(document: Json) -> Json:
    """The document with its examples in their places."""
    known = recorded()
    for name, operation in operations(document):
        for example in known.get(name, ()):
            _add(operation, example)
    return document


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    """Each operation of the document by method and path."""
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def _add(operation: Json, example: Json) -> None:
    name, summary = example["name"], example["summary"]
    if "body" in example and "requestBody" in operation:
        content = operation["requestBody"]["content"]["application/json"]
        content.setdefault("examples", {})[name] = {"summary": summary, "value": example["body"]}
    answer = operation["responses"].get(str(example["status"]), {})
    content = answer.get("content", {}).get(example["media_type"])
    if content is not None:
        told = {"summary": summary, "value": example["answer"]}
        if example.get("shortened"):
            told["description"] = "long lists and texts are cut short here"
        content.setdefault("examples", {})[name] = told
