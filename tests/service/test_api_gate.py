"""The gate before every way in: who is let in where, and what is noted of those who are not."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.api import create_app
from service.api.routes import NEEDS
from service.callers.guard import Guard
from service.callers.issue import issue
from service.callers.key_file import KeyFile
from service.callers.scopes import SCOPES_OF, Role
from service.callers.settings import CallerSettings
from service.decide import DecisionService
from tests.service.conftest import StoppedClock

Send = Callable[..., TestResponse]
NOBODY_AT_ALL = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def tokens(tmp_path: Path, clock: StoppedClock) -> dict[Role, str]:
    """The text of one key for each role."""
    return {role: issue(KeyFile(tmp_path), role, role, clock.now())[1] for role in Role}


@pytest.fixture
def guarded(service: DecisionService, tokens: dict[Role, str], tmp_path: Path, clock: StoppedClock) -> Flask:
    settings = CallerSettings(tmp_path, "1000/minute", "1000/minute")
    return create_app(service, guard=Guard.open(settings, clock))


@pytest.fixture
def send(guarded: Flask, tokens: dict[Role, str]) -> Send:
    client = guarded.test_client()

    def one(path: str, role: Role | None = None, method: str = "GET", **more: Any) -> TestResponse:
        headers = {} if role is None else {"Authorization": f"Bearer {tokens[role]}"}
        return client.open(path, method=method, headers={**headers, **more.pop("headers", {})}, **more)

    return one


def _in_its_place(found: re.Match[str]) -> str:
    """What may stand in the place of a parameter, `<name>` or `<type:name>`."""
    return NOBODY_AT_ALL if found[1].startswith("uuid:") else found[1].rpartition(":")[2]


def requests(app: Flask) -> list[tuple[str, str, frozenset[str]]]:
    """One request to each route by each of its methods, and what it needs."""
    return [
        (method, re.sub("<(.*?)>", _in_its_place, rule.rule), app.extensions[NEEDS][rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}
    ]


def test_every_role_at_every_route(guarded: Flask, send: Send) -> None:
    for method, path, needs in requests(guarded):
        for role in Role:
            status = send(path, role, method).status_code
            assert (status == 403) == bool(needs and SCOPES_OF[role].isdisjoint(needs)), (method, path, role)
            assert status != 401, (method, path, role)


def test_nobody_comes_in_without_a_key(guarded: Flask, send: Send) -> None:
    for method, path, needs in requests(guarded):
        assert (send(path, None, method).status_code == 401) == bool(needs), (method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("GET", "/v1/secrets"), ("GET", "//healthz"), ("GET", "/healthz/"), ("GET", "/healthz/../v1/log"),
        ("GET", "/v1/decisions%2f"), ("POST", "/healthz"), ("DELETE", "/v1/decisions"), ("BREW", "/v1/decisions"),
        ("POST", "/V1/decisions"), ("POST", "/v1/decisions/"), ("POST", "/v1//decisions"), ("OPTIONS", "*"),
        ("GET", "/problems/x/y"), ("GET", "/problems"), ("GET", "/\xff"), ("HEAD", "/v1/decisions"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_tells_strangers_nothing(send: Send, method: str, path: str) -> None:
    assert send(path, None, method).status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json", "/problems/unauthenticated"])
def test_open_to_all_even_with_a_bad_key(send: Send, path: str) -> None:
    assert send(path, headers={"Authorization": "Bearer pdk_bad"}).status_code == 200
    assert send(path, None, "HEAD").status_code == 200


def test_who_asked_is_on_record(send: Send, service: DecisionService, order: dict[str, Any]) -> None:
    found = send("/v1/decisions", Role.INTEGRATOR, "POST", json=order)
    entry = service.ledger.get(found.get_json()["decision_id"])
    assert entry is not None
    assert len(entry.content["caller"]) == 8


def test_each_caller_has_its_own_idempotency_keys(send: Send, order: dict[str, Any]) -> None:
    headers = {"Idempotency-Key": "k-1"}
    roles = (Role.INTEGRATOR, Role.ADMINISTRATOR, Role.INTEGRATOR)
    answers = [send("/v1/decisions", role, "POST", json=order, headers=headers) for role in roles]
    assert [answer.status_code for answer in answers] == [201, 201, 200]
    assert answers[0].data == answers[2].data != answers[1].data


def test_a_refusal_of_the_gate_is_a_problem(send: Send) -> None:
    answer = send("/v1/decisions", Role.AUDITOR, "POST", json={})
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["errors"] == [
        {"header": "Authorization", "code": "missing-scope", "detail": "this needs the scope `decide`"}
    ]


def test_a_refused_request_records_nothing(send: Send, service: DecisionService, order: dict[str, Any]) -> None:
    size = service.ledger.size
    send("/v1/decisions", Role.AUDITOR, "POST", json=order)
    send("/v1/decisions", None, "POST", json=order)
    assert service.ledger.size == size


def noted(caplog: pytest.LogCaptureFixture) -> list[tuple[Any, ...]]:
    names = ("levelname", "caller", "route", "method", "status", "reason", "codes")
    return [tuple(getattr(one, name) for name in names) for one in caplog.records if one.name.endswith("refusals")]


def test_every_refusal_is_noted(send: Send, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        send("/v1/decisions?subject=Ms-Secret", None)
        send("/v1/decisions", Role.AUDITOR, "POST", json={})
        send("/v1/decisions", Role.INTEGRATOR, "POST", json={"facts": {"x": "Ms-Secret"}})
        send("/v1/log/entries/Ms-Secret", Role.INTEGRATOR)
        send("/v1/rulesets/Ms-Secret", Role.AUDITOR)
    route, post = "/v1/decisions", ("/v1/decisions", "POST")
    found = noted(caplog)
    assert [line[0] for line in found] == ["WARNING", "WARNING", "INFO", "INFO", "INFO"]
    assert found[0][1:] == ("-", route, "GET", 401, "unauthenticated", "no-credentials")
    assert found[1][2:] == (*post, 403, "forbidden", "missing-scope")
    assert found[2][2:] == (*post, 422, "invalid-request", "unknown-fact")
    assert found[4][2:] == ("/v1/rulesets/<name>", "GET", 404, "not-found", "-")
    assert "Secret" not in caplog.text
    assert "pdk_" not in caplog.text


def test_hostile_methods_and_paths_do_not_stand_in_the_log(send: Send, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        send("/x%0aERROR all is lost", None, "EVIL\tMETHOD")
    assert noted(caplog)[0][2:4] == ("-", "-")
    assert "all is lost" not in caplog.text


def test_without_a_guard_refusals_are_noted_too(
    service: DecisionService, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        create_app(service).test_client().post("/v1/decisions", json={})
    assert noted(caplog)[0][1:3] == ("-", "/v1/decisions")


def test_too_often(
    service: DecisionService, tokens: dict[Role, str], tmp_path: Path, clock: StoppedClock, order: dict[str, Any]
) -> None:
    guard = Guard.open(CallerSettings(tmp_path, "2/minute", "9/minute"), clock)
    client = create_app(service, guard=guard).test_client()
    headers = {"Authorization": f"Bearer {tokens[Role.INTEGRATOR]}"}
    answers = [client.post("/v1/decisions", json=order, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[2].headers["Retry-After"] == answers[2].headers["RateLimit-Reset"] == "60"
    assert answers[2].get_json()["errors"][0]["detail"] == "more than 2 per 1 minute"
