"""Everything that can be sent wrong: one shape, the right status, nothing recorded, and the service lives."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service import messages, messages_api
from service.decide import DecisionService
from service.ledger import Ledger, LedgerFailed, LedgerUnreadable
from service.problems import MOST_FAULTS

URL = "/v1/decisions"
JSON = "application/json"


def check(answer: Any, status: int, slug: str) -> list[dict[str, str]]:
    """The problem has its shape; its errors are handed back."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = answer.get_json(force=True)
    assert list(document)[:4] == ["type", "title", "status", "detail"]
    assert (document["type"], document["status"]) == (f"/problems/{slug}", status)
    for error in document["errors"]:
        assert sum(place in error for place in ("pointer", "parameter", "header")) == 1
        assert error["code"]
        assert error["detail"]
    errors: list[dict[str, str]] = document["errors"]
    return errors


def told(answer: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in check(answer, 422, "invalid-request")]


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/", 404, "not-found"),
        ("GET", "/v1", 404, "not-found"),
        ("GET", "/v1/decisions/", 404, "not-found"),
        ("GET", "//v1/decisions", 404, "not-found"),
        ("GET", "/v1/../v1/decisions/x", 404, "not-found"),
        ("GET", "/v1/decisions/x", 404, "not-found"),
        ("GET", "/v1/decisions/%00", 404, "not-found"),
        ("GET", "/v1/decisions/%ff", 404, "not-found"),
        ("GET", "/v1/decisions/0197a000-0000-7000-8000-000000000000", 404, "not-found"),
        ("GET", "/v1/rulesets/nope", 404, "not-found"),
        ("GET", "/problems/nope", 404, "not-found"),
        ("GET", "/static/x", 404, "not-found"),
        ("PUT", URL, 405, "method-not-allowed"),
        ("DELETE", f"{URL}/0197a000-0000-7000-8000-000000000000", 405, "method-not-allowed"),
        ("POST", "/v1/vocabulary", 405, "method-not-allowed"),
        ("POST", "/healthz", 405, "method-not-allowed"),
    ],
)
def test_no_such_path_or_method(client: FlaskClient, method: str, path: str, status: int, slug: str) -> None:
    answer = client.open(path, method=method)
    check(answer, status, slug)
    assert ("Allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    "media_type",
    [
        None, "", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1",
        "application/json; boundary=x", "application/jsonx", "json", "text/json", "*/*",
        "application/json, text/plain", "multipart/form-data; boundary=x",
    ],
)  # fmt: skip
def test_a_body_that_is_not_said_to_be_json(client: FlaskClient, media_type: str | None) -> None:
    check(client.post(URL, data=b"{}", content_type=media_type), 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "media_type",
    [
        JSON,
        "Application/JSON",
        f"{JSON}; charset=utf-8",
        f'{JSON};charset="UTF-8"',
        "application/x+json",
        f"{JSON};",
    ],
)
def test_a_body_that_is_said_to_be_json(client: FlaskClient, media_type: str) -> None:
    assert told(client.post(URL, data=b"{}", content_type=media_type)) == [("/facts", "required")]


def test_a_compressed_body(client: FlaskClient) -> None:
    answer = client.post(URL, data=b"{}", content_type=JSON, headers={"Content-Encoding": "gzip"})
    check(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b'{"a":1,"a":1}',
        b"NaN",
        b"[" * 1000,
        b'{"facts":1e999}',
        b"{}{}",
    ],
)
def test_a_body_that_is_not_json(client: FlaskClient, body: bytes, ledger: Ledger) -> None:
    assert check(client.post(URL, data=body, content_type=JSON), 400, "not-json")
    assert ledger.size == 1


def test_too_large_a_body(client: FlaskClient) -> None:
    check(client.post(URL, data=b" " * 1_048_577, content_type=JSON), 413, "body-too-large")


def test_too_large_a_body_of_no_announced_length(client: FlaskClient) -> None:
    environ = {"wsgi.input_terminated": True, "wsgi.input": io.BytesIO(b" " * 2_000_000)}
    answer = client.post(URL, content_type=JSON, environ_overrides=environ, headers={"Transfer-Encoding": "chunked"})
    check(answer, 413, "body-too-large")


@pytest.mark.parametrize(("length", "slug"), [("100", "not-json"), ("-1", "bad-request"), ("x", "bad-request")])
def test_a_length_that_lies(client: FlaskClient, length: str, slug: str) -> None:
    answer = client.post(
        URL, content_type=JSON, environ_overrides={"CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(b"{}")}
    )
    check(answer, 400, slug)


def test_a_length_too_short_is_believed(client: FlaskClient) -> None:
    environ = {"CONTENT_LENGTH": "1", "wsgi.input": io.BytesIO(b"{}")}
    check(client.post(URL, content_type=JSON, environ_overrides=environ), 400, "not-json")


@pytest.mark.parametrize("body", [[], 1, "x", None, True])
def test_a_request_is_an_object(client: FlaskClient, body: Any) -> None:
    answer = client.post(URL, data=json.dumps(body), content_type=JSON)
    assert told(answer) == [("", "wrong-type")]


def test_every_fault_of_a_request_at_once(client: FlaskClient, ledger: Ledger) -> None:
    body = {
        "dcide": 1,
        "decide": ["rout", 3, "size", "size"],
        "subject": "a\nb",
        "as_of": "2026-02-30",
        "facts": {"order.amount": 1, "order": {"kind": "specal", "count": -1}, "visits": [{"by": "clerk"}]},
    }
    answer = client.post(URL, data=json.dumps(body), content_type=JSON)
    assert told(answer) == [
        ("/dcide", "unknown-member"),
        ("/decide/0", "unknown-ruleset"),
        ("/decide/1", "wrong-type"),
        ("/decide/3", "repeated"),
        ("/subject", "control-character"),
        ("/as_of", "not-a-date"),
        ("/facts/order.amount", "unknown-fact"),
        ("/facts/order/kind", "not-allowed-value"),
        ("/facts/order/count", "below-minimum"),
        ("/facts/visits/0/on", "required"),
        ("/facts/visits/0/effective", "required"),
    ]
    hints = {error["pointer"]: error.get("hint") for error in answer.get_json(force=True)["errors"]}
    assert hints["/dcide"] == "did you mean `decide`?"
    assert hints["/decide/0"] == "did you mean `route`?"
    assert ledger.size == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"decide": []}, ("/decide", "empty")),
        ({"decide": "size"}, ("/decide", "wrong-type")),
        ({"subject": "x" * 201}, ("/subject", "too-long")),
        ({"subject": 3}, ("/subject", "wrong-type")),
        ({"as_of": "1899-12-31"}, ("/as_of", "date-out-of-range")),
        ({"as_of": "9999-12-31"}, ("/as_of", "date-out-of-range")),
        ({"as_of": 20261123}, ("/as_of", "wrong-type")),
        ({"facts": None}, ("/facts", "wrong-type")),
        ({"facts": []}, ("/facts", "wrong-type")),
    ],
)
def test_one_fault(client: FlaskClient, order: dict[str, Any], change: Any, expected: tuple[str, str]) -> None:
    assert told(client.post(URL, json={**order, **change})) == [expected]


def test_nothing_can_be_decided(client: FlaskClient) -> None:
    answer = client.post(URL, json={"facts": {"order": {"amount": 1}}})
    errors = check(answer, 422, "invalid-request")
    assert [error["code"] for error in errors][:2] == ["nothing-decidable", "facts-missing"]
    assert errors[1]["detail"] == "`size` cannot be decided without `order.count`"


def test_a_body_full_of_faults_is_answered_in_time(client: FlaskClient) -> None:
    facts = {f"fact_{number}": 1 for number in range(50_000)}
    answer = client.post(URL, json={"facts": facts})
    assert len(check(answer, 422, "invalid-request")) == MOST_FAULTS
    assert answer.get_json(force=True)["more_errors"] == 50_000 - MOST_FAULTS


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=0", ("limit", "bad-limit")),
        ("limit=201", ("limit", "bad-limit")),
        ("limit=x", ("limit", "bad-limit")),
        ("limit=%D9%A1", ("limit", "bad-limit")),
        ("cursor=x", ("cursor", "bad-cursor")),
        ("cursor=99999999999999999999", ("cursor", "bad-cursor")),
        ("from=2026-02-30", ("from", "not-a-date")),
        ("to=x", ("to", "not-a-date")),
        ("from=2026-02-02&to=2026-02-01", ("from", "empty-range")),
        ("subjct=x", ("subjct", "unknown-parameter")),
        ("subject=a&subject=b", ("subject", "repeated")),
    ],
)
def test_a_bad_query(client: FlaskClient, query: str, expected: tuple[str, str]) -> None:
    errors = check(client.get(f"{URL}?{query}"), 422, "invalid-query")
    assert [(error["parameter"], error["code"]) for error in errors] == [expected]


def test_every_fault_of_a_query_at_once(client: FlaskClient) -> None:
    errors = check(client.get(f"{URL}?limit=0&from=x&to=y&cursor=z&a=b"), 422, "invalid-query")
    assert [error["parameter"] for error in errors] == ["a", "from", "to", "cursor", "limit"]


def test_a_ledger_that_stopped(
    client: FlaskClient, service: DecisionService, order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.ledger, "search", Stopped().search)  # for the register, which keeps the ledger
    service.ledger = Stopped()  # type: ignore[assignment]
    check(client.post(URL, json=order), 503, "ledger-unavailable")
    check(client.get(f"{URL}/0197a000-0000-7000-8000-000000000000"), 503, "ledger-unavailable")
    check(client.get(URL), 503, "ledger-unavailable")
    check(client.get("/readyz"), 503, "not-ready")
    assert client.get("/healthz").status_code == 200


class Stopped:
    """A ledger after its first failed write."""

    healthy = False
    size = 0

    def append(self, draft: object) -> None:
        raise LedgerFailed("the disk is gone")

    def get(self, entry_id: str) -> None:
        raise LedgerUnreadable("the disk is gone")

    def search(self, **filters: object) -> None:
        raise LedgerUnreadable("the disk is gone")


def test_a_fault_of_ours_tells_nothing(client: FlaskClient, service: DecisionService, order: Any, caplog: Any) -> None:
    service._deciders = None  # type: ignore[assignment]
    answer = client.post(URL, json=order)
    check(answer, 500, "internal-error")
    assert b"NoneType" not in answer.data
    assert "NoneType" in caplog.text


def test_every_kind_has_its_page(client: FlaskClient) -> None:
    for kind in (*messages.KINDS, *messages_api.KINDS):
        page = client.get(f"/problems/{kind.slug}")
        assert page.get_json()["status"] == kind.status


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["decide", "subject", "as_of", "facts", "order", "amount", "kind", "visits"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(anything)
def test_any_json_is_answered(client: FlaskClient, body: Any) -> None:
    answer = client.post(URL, data=json.dumps(body), content_type=JSON)
    assert answer.status_code in (201, 400, 422)
