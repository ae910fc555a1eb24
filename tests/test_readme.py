"""The README says what happens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api import create_app
from service.clock import Ids
from service.decide import Decider, DecisionService
from service.ledger import Ledger
from service.repository import LoadedPolicy
from tests.conftest import ROOT
from tests.service.conftest import StoppedClock

README = (ROOT / "README.md").read_text(encoding="utf-8")


def example() -> tuple[dict[str, Any], dict[str, Any]]:
    request = re.search(r"-d '(\{.*?\})'\n```", README, re.S)
    answer = re.search(r"```json\n(\{.*?\})\n```", README, re.S)
    assert request is not None
    assert answer is not None
    return json.loads(request[1]), json.loads(answer[1])


@pytest.fixture
def client(loaded: LoadedPolicy, tmp_path: Path) -> Iterator[FlaskClient]:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        decider = Decider(loaded, "always", StoppedClock(), Ids())
        yield create_app(DecisionService(decider, ledger)).test_client()


def assert_within(shown: Any, real: Any, at: str = "") -> None:
    """Everything shown is really there; the README may leave things out."""
    if isinstance(shown, dict):
        for key, value in shown.items():
            assert key in real, f"{at}/{key}"
            assert_within(value, real[key], f"{at}/{key}")
    elif isinstance(shown, list):
        assert len(shown) == len(real), at
        for place, (a, b) in enumerate(zip(shown, real, strict=True)):
            assert_within(a, b, f"{at}/{place}")
    else:
        assert shown == real, at


def test_the_first_decision_is_as_shown(client: FlaskClient) -> None:
    request, shown = example()
    response = client.post("/v1/decisions", json=request)
    assert response.status_code == 201
    assert_within(shown, response.get_json())


def test_without_a_fact_it_says_which(client: FlaskClient) -> None:
    request, _ = example()
    del request["facts"]["credit"]["deteriorated"]
    answer = client.post("/v1/decisions", json=request).get_json()
    assert (answer["status"], answer["missing_facts"]) == ("undecided", ["credit.deteriorated"])


def test_the_rule_shown_stands_in_the_policy() -> None:
    shown = re.search(r"```yaml\n(.*?)```", README, re.S)
    assert shown is not None
    assert shown[1] in (ROOT / "policies/credit/limit_escalation.yaml").read_text(encoding="utf-8")


def test_every_linked_page_exists() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert Path(ROOT / target).exists(), target
