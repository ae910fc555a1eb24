"""One shape of problem, over every endpoint and everything that can be wrong with a request to any of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from service.api import create_app
from service.decide import Decider, DecisionService
from service.ledger import Log, Places
from service.repository import check_texts, load_policy, read_texts
from tests.conftest import POLICIES
from tests.service.conftest import CountedIds, StoppedClock
from tests.service.test_api_problems import check

CARD = {"decide": ["transaction_card"], "facts": {}}
"""A request that requires an action, whatever else is known."""
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
LARGE = {"CONTENT_LENGTH": str(10**9)}
UNFIT: dict[str, tuple[int, str, dict[str, Any]]] = {
    "no media type": (415, "unsupported-media-type", {"data": b"{}"}),
    "a form": (415, "unsupported-media-type", {"data": {"a": "b"}}),
    "compressed": (415, "unsupported-media-type", {"json": {}, "headers": {"Content-Encoding": "gzip"}}),
    "nothing": (400, "not-json", {"data": b"", "content_type": "application/json"}),
    "cut off": (400, "not-json", {"data": b"{", "content_type": "application/json"}),
    "not UTF-8": (400, "not-json", {"data": b'"\xff"', "content_type": "application/json"}),
    "said twice": (400, "not-json", {"data": b'{"a":1,"a":1}', "content_type": "application/json"}),
    "too large": (413, "body-too-large", {"content_type": "application/json", "environ_overrides": LARGE}),
    "a list": (422, "invalid-request", {"json": []}),
    "another member": (422, "invalid-request", {"json": {"nope": 1}}),
}


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the whole application, log and analyses included, that no request here changes."""
    policy = load_policy(check_texts(read_texts(POLICIES)))
    folder: Path = tmp_path_factory.mktemp("log")
    log = Log.open(Places(folder / "ledger.sqlite", folder / "signing.key", "log.example"), {})
    decider = Decider(policy, "always", StoppedClock(), CountedIds())
    client = create_app(DecisionService(decider, log.ledger), log).test_client()
    assert client.post("/v1/decisions", json=CARD).status_code == 201
    yield client
    log.close()


def rules(client: FlaskClient, method: str = "") -> list[Rule]:
    found = [rule for rule in client.application.url_map.iter_rules() if not method or method in (rule.methods or ())]
    assert found
    return found


def path(rule: Rule, value: str = "") -> str:
    """A path of this shape, with something in it that nothing has unless a value is given."""
    value = value or ("0197a000-0000-7000-8000-000000000000" if "<uuid:" in rule.rule else "x")
    parts = rule.rule.replace("<", "\0").replace(">", "\0").split("\0")
    return "".join(value if place % 2 else part for place, part in enumerate(parts))


def known(client: FlaskClient, rule: Rule) -> str:
    """A path that leads to something which takes a body."""
    if "actions" in rule.rule:
        return path(rule, client.get("/v1/actions?limit=1").get_json()["items"][0]["action_id"])
    if "decision_id" in rule.arguments:
        return path(rule, client.get("/v1/decisions?limit=1").get_json()["items"][0]["decision_id"])
    return path(rule, "abc_class")


def agreed(client: FlaskClient, answer: Any, status: int, slug: str) -> list[dict[str, Any]]:
    """The one shape; type, title and status are those of the page that the type leads to."""
    errors = check(answer, status, slug)
    document = answer.get_json(force=True)
    page = client.get(document["type"]).get_json()
    assert {name: document[name] for name in ("type", "title", "status")} == {
        name: page[name] for name in ("type", "title", "status")
    }
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    return errors


def test_another_method(everything: FlaskClient) -> None:
    known_methods = everything.application.url_map.bind("localhost").allowed_methods
    for rule in rules(everything):
        allowed = set(known_methods(path(rule)))
        for method in set(METHODS) - allowed:
            answer = everything.open(path(rule), method=method)
            agreed(everything, answer, 405, "method-not-allowed")
            assert set(answer.headers["Allow"].split(", ")) == allowed


def test_a_parameter_that_nothing_knows(everything: FlaskClient) -> None:
    for rule in rules(everything):
        for method in {"GET", "POST"} & (rule.methods or set()):
            body = {} if method == "POST" else None
            answer = everything.open(f"{path(rule)}?nope=1&nope=2&%ff=", method=method, json=body)
            errors = agreed(everything, answer, 422, "invalid-query")
            assert "nope" in [error["parameter"] for error in errors]


def test_a_media_type_that_nothing_has(everything: FlaskClient) -> None:
    for rule in rules(everything):
        for method in {"GET", "POST"} & (rule.methods or set()):
            head = {"Accept": "application/x-nothing, image/*;q=0"}
            answer = everything.open(path(rule), method=method, headers=head, json={} if method == "POST" else None)
            [error] = agreed(everything, answer, 406, "not-acceptable")
            assert error["header"] == "Accept"


@pytest.mark.parametrize("value", ["x", "%00", "%ff", "%F0%9F%98%80", "..%2f", "0", "-1", "x" * 3000, "'", '"', "\\"])
def test_a_name_that_nothing_has(everything: FlaskClient, value: str) -> None:
    for rule in rules(everything):
        if rule.arguments and not (rule.rule.startswith("/v1/log/entries") and value == "0"):
            method = "POST" if "POST" in (rule.methods or ()) else "GET"
            says = {} if rule.rule.endswith("/erasure") else {"by": "clerk"}
            body = says if method == "POST" else None
            agreed(everything, everything.open(path(rule, value), method=method, json=body), 404, "not-found")


@pytest.mark.parametrize("wrong", UNFIT)
def test_a_body_that_is_unfit(everything: FlaskClient, wrong: str) -> None:
    status, slug, sent = UNFIT[wrong]
    for rule in rules(everything, "POST"):
        agreed(everything, everything.post(known(everything, rule), **sent), status, slug)


def test_a_key_that_is_none(everything: FlaskClient) -> None:
    document = everything.get("/openapi.json").get_json()
    taking = [
        path
        for path, item in document["paths"].items()
        if any(one.get("name") == "Idempotency-Key" for one in item.get("post", {}).get("parameters", ()))
    ]
    assert len(taking) >= 3
    for url in taking:
        answer = everything.post(re.sub("{.*?}", "x", url), json={}, headers={"Idempotency-Key": "a b"})
        [error] = agreed(everything, answer, 400, "invalid-header")
        assert error["header"] == "Idempotency-Key"


def test_every_page_has_a_body_by_head_and_its_methods_by_options(everything: FlaskClient) -> None:
    for rule in rules(everything):
        options = everything.options(path(rule))
        assert (options.status_code, options.data) == (204, b"")
        assert {"OPTIONS"} < set(options.headers["Allow"].split(", "))
        if "GET" in (rule.methods or ()):
            head, got = everything.head(path(rule)), everything.get(path(rule))
            assert (head.status_code, head.data) == (got.status_code, b"")
            assert head.headers["Content-Type"] == got.headers["Content-Type"]
