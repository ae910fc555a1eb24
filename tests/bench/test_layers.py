"""The layers that are timed are those of the product, and the picture of them is always the same."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import orjson
import pytest

from bench.layers import picture
from bench.layers.app import ANSWER, LAYERS, Pipeline, application, pipeline
from bench.over_http import bodies
from service.callers.issue import issue
from service.callers.key_file import KeyFile
from service.callers.scopes import Role
from service.clock import SystemClock
from service.problems import Refusal


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def key(folder: Path) -> str:
    return issue(KeyFile(folder), "bench", Role.INTEGRATOR, SystemClock().now())[1]


@pytest.fixture(scope="module")
def layers(folder: Path, key: str) -> Pipeline:
    return pipeline(folder)


@pytest.fixture(scope="module")
def given() -> bodies.Bodies:
    return bodies.made(2)


def environ(body: bytes, key: str) -> dict[str, Any]:
    return {
        "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
        "HTTP_AUTHORIZATION": f"Bearer {key}", "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip


@pytest.mark.parametrize("last", LAYERS)
def test_every_layer_answers_and_those_that_decide_decide_right(
    layers: Pipeline, key: str, given: bodies.Bodies, last: str
) -> None:
    for body, expected in zip(given.single(), given.expected, strict=True):
        answer = b"".join(application(layers, last)(environ(body, key), lambda status, headers: None))
        if last in ("present", "canonical"):
            assert bodies.differences(expected, orjson.loads(answer)) == []
        else:
            assert answer == ANSWER


@pytest.mark.parametrize(("last", "body"), [("gate", b"{}"), ("parse", b"{"), ("validate", b"{}")])
def test_a_layer_that_refuses_does_its_work(layers: Pipeline, key: str, last: str, body: bytes) -> None:
    before = LAYERS[LAYERS.index(last) - 1]
    asked = key if last != "gate" else "wrong"
    assert layers.run(environ(body, asked), before) == ANSWER
    with pytest.raises(Refusal):
        layers.run(environ(body, asked), last)


def test_the_same_costs_give_the_same_picture(tmp_path: Path) -> None:
    for name in ("one", "two"):
        picture.write({"echo": 40.0, "record: in the writer": 60.5}, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert "record: in the writer" in (tmp_path / "one").read_text(encoding="utf-8")
