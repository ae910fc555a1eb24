"""Answers that stay: validators, conditional requests, compression."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api import door
from service.decide import DecisionService
from tests.service.releases import release

FIXED = ("/v1/rulesets", "/v1/rulesets/size", "/v1/vocabulary", "/v1/fairness", "/v1/analyses", "/v1/releases",
         "/openapi.json", "/problems/not-found", "/docs", "/docs/docs.js")  # fmt: skip
ZIP = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("path", FIXED)
def test_who_has_it_gets_nothing(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    for method in ("GET", "HEAD"):
        again = client.open(path, method=method, headers={"If-None-Match": f'"other", W/{etag}'})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
        assert "Content-Type" not in again.headers
        assert "Content-Length" not in again.headers
    assert client.get(path, headers={"If-None-Match": '"other"'}).data == first.data
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == 304


def test_a_release_by_its_name(client: FlaskClient, service: DecisionService) -> None:
    path = f"/v1/releases/{service.decider.policy.checked.release}"
    etag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    service.adopt(release(5000, "2"))
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200  # it is not in force any more


def test_another_release_has_other_validators(client: FlaskClient, service: DecisionService) -> None:
    before = {path: client.get(path).headers["ETag"] for path in ("/v1/rulesets", "/openapi.json")}
    service.adopt(release(5000, "2"))
    for path, etag in before.items():
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_compressed_for_who_asks(client: FlaskClient) -> None:
    plain, zipped = client.get("/openapi.json"), client.get("/openapi.json", headers=ZIP)
    assert gzip.decompress(zipped.data) == plain.data
    assert len(zipped.data) * 4 < len(plain.data)
    assert (zipped.headers["Content-Encoding"], zipped.headers["Content-Length"]) == ("gzip", str(len(zipped.data)))
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in plain.headers


def test_each_coding_has_a_validator_of_its_own(client: FlaskClient) -> None:
    plain, zipped = (client.get("/openapi.json", headers=head).headers["ETag"] for head in ({}, ZIP))
    assert plain != zipped
    assert client.get("/openapi.json", headers={**ZIP, "If-None-Match": zipped}).status_code == 304
    assert client.get("/openapi.json", headers={**ZIP, "If-None-Match": plain}).status_code == 200


@pytest.mark.parametrize("asked", ["gzip;q=0", "br", "identity", "identity, gzip;q=0.5", ""])
def test_not_compressed_for_who_does_not_ask(client: FlaskClient, asked: str) -> None:
    assert "Content-Encoding" not in client.get("/openapi.json", headers={"Accept-Encoding": asked}).headers


def test_a_small_answer_is_not_compressed(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers=ZIP).headers


def test_a_problem_is_compressed_too(client: FlaskClient) -> None:
    query = "&".join(f"nope{i}=" for i in range(50))
    answer = client.get(f"/v1/decisions?{query}", headers=ZIP)
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (422, "gzip")


def test_a_decision_is_compressed_only_if_it_is_large(
    client: FlaskClient, order: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Content-Encoding" not in client.post("/v1/decisions", json=order, headers=ZIP).headers
    monkeypatch.setattr(door, "LARGE", 100)
    answer = client.post("/v1/decisions", json=order, headers=ZIP)
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (201, "gzip")
    assert b"decision_id" in gzip.decompress(answer.data)
    assert "Content-Encoding" not in client.post("/v1/decisions", json=order).headers
