"""The API document is valid OpenAPI 3.1, its page works without anything from elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from service.api.examples import operations


@pytest.fixture
def document(client: FlaskClient) -> Any:
    return client.get("/openapi.json").get_json()


def test_it_is_valid(document: Any) -> None:
    assert document["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_operation_says_what_it_does_under_one_id(document: Any) -> None:
    found = dict(operations(document))
    assert all(operation["summary"] and operation["tags"] for operation in found.values())
    assert len({operation["operationId"] for operation in found.values()}) == len(found)


def test_every_schema_is_used_and_every_reference_leads_somewhere(document: Any, client: FlaskClient) -> None:
    used = set(re.findall(r"#/components/schemas/(\w+)", client.get("/openapi.json").text))
    assert used == set(document["components"]["schemas"])


def test_every_refusal_is_a_problem(document: Any) -> None:
    for name, operation in operations(document):
        assert {"406", "422", "default"} < set(operation["responses"])
        for status, told in operation["responses"].items():
            kinds = set(told.get("content", {"application/problem+json": "default"}))
            assert (kinds == {"application/problem+json"}) == (status >= "4"), name


def test_the_page_takes_everything_from_here(client: FlaskClient) -> None:
    page = client.get("/docs")
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    wanted = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(wanted) == 5
    for path in wanted:
        assert path.startswith("/")
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/docs", "/docs/docs.js", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"])
def test_the_page_may_do_nothing_else(client: FlaskClient, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_nothing_else_is_served_from_there(client: FlaskClient) -> None:
    for name in ("swagger-ui.js", "..%2fexamples.json", "%2e%2e", "LICENSE"):
        assert client.get(f"/docs/{name}").status_code == 404


def test_the_page_has_no_script_of_its_own(client: FlaskClient) -> None:
    assert re.findall(r"<script(?! src)", client.get("/docs").text) == []
