"""`/v1/analyses`: results, actions, and every fault at its JSON pointer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from rules.check.checked import CheckedPolicySet
from rules.errors import PolicyError
from service.analyses.catalogue import ANALYSES, offered
from service.api import create_app
from service.clock import Ids
from service.decide import Decider, DecisionService
from service.ledger import Ledger
from service.repository import check_texts, load_policy
from tests.conftest import ROOT, policy_texts
from tests.service.conftest import StoppedClock

ROW = {"customer": "C1", "category": "other", "sales": "10.00"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    policy = load_policy(check_texts(policy_texts()))
    with Ledger.open(tmp_path_factory.mktemp("ledger") / "ledger.sqlite") as ledger:
        decider = Decider(policy, "off", StoppedClock(), Ids())
        yield create_app(DecisionService(decider, ledger)).test_client()


def post(client: FlaskClient, name: str, body: Any) -> Any:
    return client.post(f"/v1/analyses/{name}", json=body)


def told(answer: Any) -> list[tuple[str, str]]:
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    return [(error["pointer"], error["code"]) for error in answer.get_json(force=True)["errors"]]


def test_abc_class(client: FlaskClient) -> None:
    answer = post(client, "abc_class", {"rows": [ROW], "as_of": "2026-11-23"})
    assert answer.status_code == 200
    document = answer.get_json()
    assert document["rows"] == [{
        "category": "other", "rank": 1, "customer": "C1", "sales": "10.00", "share": "1", "sales_before": "0.00",
        "cumulative_share": "1", "class": "A", "reason": None, "clause": "第三条16",
    }]  # fmt: skip
    assert document["parameters"] == {"abc_class_a_share": "0.7", "abc_class_b_share": "0.9"}
    assert [row["customers"] for row in document["summary"]] == [0, 0, 0, 0, 0, 0, 1]
    assert document["required_actions"] == []


def test_an_action_says_who_to_whom_by_when_and_why(client: FlaskClient) -> None:
    body = {"as_of": "2026-11-23", "rows": [{"customer": "C1", "sales": "10", "purchases": "100.00"}]}
    assert post(client, "share_of_wallet", body).get_json()["required_actions"] == [{
        "action": "raise_share", "by": "sales_representative", "to": "customer", "due": "2026-12-23",
        "params": {"customer": "C1", "amount": "20.00"},
        "label": {"zh": "提高对该客户的采购占有率", "en": "Raise our share of the customer's purchases"},
        "reasons": [{"ruleset": "share_of_wallet", "rule": None, "clause": "第三条28"}],
    }]  # fmt: skip


def test_products_are_promoted_and_explained(client: FlaskClient) -> None:
    row = {"product": "p", "sales": 10, "cost": 5, "opening_stock": 1, "closing_stock": 1, "target": 11}
    duties = post(client, "contribution_ratio", {"rows": [row]}).get_json()["required_actions"]
    assert [(d["action"], d["due"], d["params"], d["reasons"][0]["clause"]) for d in duties] == [
        ("promote_product", None, {"product": "p"}, "第四条32"),
        ("explain_shortfall", "2026-11-30", {"product": "p", "amount": "1.00"}, "第四条30"),
    ]


def test_every_fault_at_its_pointer(client: FlaskClient) -> None:
    rows = [ROW, {**ROW, "sales": "1.001"}, 7, {"customer": "C2", "categry": "other", "sales": None}, ROW,
            {"customer": "", "category": "othr", "sales": True}]  # fmt: skip
    assert told(post(client, "abc_class", {"rows": rows, "x": 1, "as_of": "2026-02-30"})) == [
        ("/x", "unknown-member"), ("/as_of", "not-a-date"), ("/rows/1/sales", "too-many-decimals"),
        ("/rows/2", "wrong-type"), ("/rows/3/categry", "unknown-member"), ("/rows/3/category", "required"),
        ("/rows/3/sales", "wrong-type"), ("/rows/4/customer", "duplicate-row"), ("/rows/5/customer", "empty"),
        ("/rows/5/category", "not-allowed-value"), ("/rows/5/sales", "wrong-type"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([], [("", "wrong-type")]),
        ({}, [("/annual_target", "required"), ("/rows", "required")]),
        ({"rows": {}, "annual_target": 1}, [("/rows", "wrong-type")]),
        ({"rows": [], "annual_target": 1}, [("/rows", "empty")]),
        ({"rows": [], "annual_target": "-1"}, [("/annual_target", "below-minimum")]),
    ],
)
def test_bodies(client: FlaskClient, body: Any, expected: list[tuple[str, str]]) -> None:
    assert told(post(client, "seasonal_target", body)) == expected


def months(*years: int) -> list[dict[str, Any]]:
    return [{"year": year, "month": month, "sales": 1} for year in years for month in range(1, 13)]


def test_seasons_need_every_month_of_their_years(client: FlaskClient) -> None:
    def faults(rows: list[dict[str, Any]]) -> list[str]:
        answer = post(client, "seasonal_target", {"rows": rows, "annual_target": "12.00"})
        return [code for _, code in told(answer)] if answer.status_code == 422 else []

    assert faults(months(2023, 2024, 2025)) == []
    assert faults(months(2023, 2024, 2025)[1:]) == ["missing-month"]
    assert faults(months(2024, 2025)) == ["too-few-years"]
    assert faults(months(2022, 2023, 2024, 2025)) == ["too-many-years"]
    assert faults(months(2022, 2024, 2025)) == ["too-many-years"] + ["missing-month"] * 12
    assert faults(months(2023, 2024, 2025) + months(2023)[:1]) == ["duplicate-row"]


def test_the_list_says_what_each_reads(client: FlaskClient) -> None:
    items = {item["name"]: item for item in client.get("/v1/analyses").get_json()["items"]}
    assert list(items) == list(ANALYSES)
    assert [column["name"] for column in items["seasonal_target"]["options"]] == ["annual_target"]
    assert items["abc_class"]["columns"][1]["values"]["other"] == {"zh": "其他", "en": "Other"}


def test_no_such_analysis(client: FlaskClient) -> None:
    assert post(client, "abc", {}).status_code == 404
    assert client.get("/v1/analyses/abc_class").status_code == 405


def edited(old: str, new: str) -> CheckedPolicySet:
    texts = policy_texts()
    assert texts["parameters.yaml"].count(old) == 1
    texts["parameters.yaml"] = texts["parameters.yaml"].replace(old, new)
    return check_texts(texts)


@pytest.mark.parametrize(
    ("old", "new"),
    [("value: 0.70\n", "value: 0.91\n"), ("value: 0.70\n", "value: 1.01\n"),
     ("value: 0.70\n", "value: 0.7000001\n"),
     ("value: 3\n    unit: years\n    clause: 第四条2", "value: 0\n    unit: years\n    clause: 第四条2")],
)  # fmt: skip
def test_parameters_that_cannot_be_meant(old: str, new: str) -> None:
    with pytest.raises(PolicyError) as refused:
        offered(edited(old, new))
    assert refused.value.diagnostics[0].span.file == "parameters.yaml"


def test_a_policy_without_the_parameters_offers_less(policy: Any) -> None:
    assert list(offered(policy.checked)) == ["gross_margin", "turnover", "cross_ratio"]


@pytest.fixture(scope="session")
def policy() -> Any:
    sample = Path(ROOT / "tests" / "service" / "sample")
    texts = {p.relative_to(sample).as_posix(): p.read_text(encoding="utf-8") for p in sample.rglob("*.yaml")}
    return load_policy(check_texts(texts))


def test_the_start_of_the_service_imports_none_of_it() -> None:
    code = "import sys, service.cli, service.api.worker; print({'duckdb', 'matplotlib', 'openpyxl'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
