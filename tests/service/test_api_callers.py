"""What routes need of a caller: declared for each, told in the API document."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from service.api import create_app
from service.api.routes import NEEDS
from service.callers.scopes import ANY, OPEN, Scope
from service.decide import DecisionService

OPEN_PATHS = {"/healthz", "/readyz", "/openapi.json", "/docs", "/docs/<name>", "/problems/<slug>"}


@pytest.fixture
def app(service: DecisionService) -> Flask:
    return create_app(service)


def test_every_route_says_what_it_needs(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(app.extensions[NEEDS])


def test_what_is_open_is_listed_here(app: Flask) -> None:
    needs = app.extensions[NEEDS]
    opened = {rule.rule for rule in app.url_map.iter_rules() if needs[rule.endpoint] == OPEN}
    assert opened <= OPEN_PATHS


def test_the_document_says_what_routes_need(app: Flask) -> None:
    document: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    paths = document["paths"]
    assert paths["/v1/decisions"]["post"]["security"] == [{"bearer": ["decide"]}]
    assert paths["/healthz"]["get"]["security"] == []
    assert {scope for one in paths["/v1/rulesets"]["get"]["security"] for scope in one["bearer"]} == ANY
    assert Scope.READ_LOG in ANY


def test_guarded_routes_tell_their_refusals(app: Flask) -> None:
    for path, methods in app.test_client().get("/openapi.json").get_json()["paths"].items():
        for operation in (methods[name] for name in methods.keys() & {"get", "post"}):
            told = operation["responses"].keys() & {"401", "403", "429"}
            assert len(told) == (3 if operation["security"] else 0), path


def test_routes_to_what_others_had_decided_take_a_purpose(app: Flask) -> None:
    paths = app.test_client().get("/openapi.json").get_json()["paths"]
    named = {
        path
        for path, methods in paths.items()
        for one in methods.get("get", {}).get("parameters", ())
        if one.get("name") == "Access-Purpose"
    }
    assert {"/v1/decisions", "/v1/decisions/{decision_id}", "/v1/actions"} <= named
    assert "/v1/rulesets" not in named
