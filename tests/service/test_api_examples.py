"""Every operation has examples that the service answered, and they are what the document says they are.

That they are still what the service answers is held by `tests/diagnostics/test_codes.py`, with all generated pages.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from docs import api_examples
from service.api.examples import operations, recorded

WITHOUT = {"GET /openapi.json", "GET /docs", "GET /docs/{name}", "GET /metrics"}
"""What is about the document itself, and numbers that are never the same."""
JSON = "application/json"


@pytest.fixture(scope="module")
def document() -> Any:
    with api_examples.client() as client:
        return client.get("/openapi.json").get_json()


def faults(document: Any, schema: Any, value: Any) -> list[str]:
    whole = {**schema, "components": document["components"]}
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(whole).iter_errors(value)]


def test_every_operation_has_examples(document: Any) -> None:
    missing = dict(operations(document)).keys() - recorded().keys() - WITHOUT
    assert not missing, "add steps to docs/api_scenario.py, then `make docs`"
    for name, operation in operations(document):
        statuses = {example["status"] for example in recorded().get(name, ())}
        assert name in WITHOUT or min(statuses) < 300, name
        assert "requestBody" not in operation or max(statuses) >= 400, f"{name} has no refusal"


def test_every_example_stands_in_the_document(document: Any) -> None:
    found = dict(operations(document))
    for name, examples in recorded().items():
        for example in examples:
            told = found[name]["responses"][str(example["status"])]["content"][example["media_type"]]
            assert told["examples"][example["name"]]["value"] == example["answer"]


def test_every_answer_is_of_its_schema(document: Any) -> None:
    found = dict(operations(document))
    for name, examples in recorded().items():
        for example in examples:
            content = found[name]["responses"][str(example["status"])]["content"][example["media_type"]]
            lines = [example["answer"]]
            if "ndjson" in example["media_type"]:
                lines = [json.loads(line) for line in example["answer"].splitlines()]
            for line in lines:
                assert faults(document, content["schema"], line) == [], (name, example["name"])


def test_every_request_that_is_taken_is_of_its_schema(document: Any) -> None:
    found = dict(operations(document))
    for name, examples in recorded().items():
        for example in examples:
            if example["status"] < 300 and "body" in example and "batch" not in name:
                schema = found[name]["requestBody"]["content"][JSON]["schema"]
                assert faults(document, schema, example["body"]) == [], (name, example["name"])


def test_a_request_that_is_misspelt_is_not_of_its_schema(document: Any) -> None:
    [example] = [one for one in recorded()["POST /v1/decisions"] if one["name"] == "misspelt"]
    schema = dict(operations(document))["POST /v1/decisions"]["requestBody"]["content"][JSON]["schema"]
    assert faults(document, schema, example["body"])


def test_an_answer_that_changes_in_more_than_its_hashes_is_noticed() -> None:
    kept = recorded()
    assert api_examples.masked(kept) == api_examples.masked(json.loads(json.dumps(kept).replace("abcdef", "012345")))
    changed = json.loads(json.dumps(kept).replace("report_to_supervisor", "report_to_nobody"))
    assert api_examples.masked(kept) != api_examples.masked(changed)
