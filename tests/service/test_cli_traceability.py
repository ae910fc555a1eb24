"""`run.py clauses` and `run.py fairness`: what a person reads, and the same as JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from rules.errors import width
from service.cli import main
from service.decide import DecisionService
from tests.conftest import POLICIES
from tests.diagnostics.helpers import CASES, BASE
from tests.service.conftest import SAMPLE


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def clauses(tmp_path: Path, *words: str) -> Result:
    return run("clauses", "--policies", str(SAMPLE), "--data-dir", str(tmp_path), *words)


def test_clauses_as_a_table(tmp_path: Path) -> None:
    result = clauses(tmp_path, "--lang", "zh")
    assert result.exit_code == 0
    head, line, *rows = result.stdout.splitlines()
    assert head.split() == ["条款", "要旨", "承载", "用例", "决定", "最近适用"]
    first = next(row for row in rows if row.startswith("第一条"))
    assert width(first[: first.index("S-1")]) == width(head[: head.index("承载")])
    assert set(line) == {"─", " "}
    assert "从未" in first
    assert rows[-1] == "没有记录，未计决定数"


def test_clauses_beside_a_running_service(service: DecisionService, order: dict[str, Any], tmp_path: Path) -> None:
    service.submit(order)
    page = json.loads(clauses(tmp_path, "--json").stdout)
    fired = {rule["id"]: rule["decisions"] for item in page["items"] for rule in item["rules"]}
    assert (fired["S-1"], fired["R-1"], fired["S-2"]) == (1, 1, 0)
    assert "S-2 (size)" in clauses(tmp_path, "--unfired", "1").stdout
    service.submit(order)
    row = next(row for row in clauses(tmp_path, "--search", "large order").stdout.splitlines() if "S-1" in row)
    assert row.split()[-3:] == ["1", "2", "2026-11-23"]


def test_one_clause(tmp_path: Path) -> None:
    shown = clauses(tmp_path, "第一条").stdout
    assert "S-1 (size)  shop/size.yaml:" in shown
    assert "shop/size.test.yaml:5  at the line" in shown
    assert json.loads(clauses(tmp_path, "第一条", "--json").stdout)["id"] == "第一条"
    unknown = clauses(tmp_path, "第九条")
    assert (unknown.exit_code, unknown.stderr) == (1, "error: the source has no paragraph `第九条`\n")


def test_no_paragraph_of_the_source_is_missing(tmp_path: Path) -> None:
    result = run("clauses", "--missing", "--data-dir", str(tmp_path))
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "paragraphs: 0; carried: 0, not carried: 0")
    reasons = run("clauses", "--without-rule", "--data-dir", str(tmp_path)).stdout
    assert "no rule: " in reasons
    assert "no rule, no reason" not in reasons


def test_fair_treatment_is_carried_by_its_proof(tmp_path: Path) -> None:
    page = json.loads(run("clauses", "用户 原则5", "--data-dir", str(tmp_path), "--json").stdout)
    assert [one["name"] for one in page["analyses"]] == ["fair_treatment"]
    assert page["without_rule"]


def test_a_ledger_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_text("no ledger")
    result = clauses(tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: the ledger ")


def test_the_policies_are_fair() -> None:
    result = run("fairness", str(POLICIES))
    assert result.exit_code == 0
    rows = [row.split() for row in result.stdout.splitlines() if row.startswith("person.")]
    assert {row[0]: row[-1] for row in rows} == {
        "person.sex": "none", "person.ethnicity": "none", "person.religion": "none", "person.age": "none",
    }  # fmt: skip
    assert json.loads(run("fairness", str(POLICIES), "--json").stdout)["fair"] is True


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("unfair-dependency", "person.sex → let favoured → rule DIS-2 → discount.class"),
        ("unfair-dependency-allowed-in-part", "discount allowed by 第三条: statutory tariff"),
    ],
)
def test_a_planted_violation(case: str, said: str, tmp_path: Path) -> None:
    shutil.copytree(BASE, tmp_path / "policies")
    shutil.copytree(CASES / case, tmp_path / "policies", dirs_exist_ok=True)
    (tmp_path / "policies" / "expected.txt").unlink()
    result = run("fairness", str(tmp_path / "policies"))
    assert result.exit_code == 1
    assert said in result.stdout
    assert run("check", str(tmp_path / "policies")).exit_code == 1
    assert run("serve", "--policies", str(tmp_path / "policies"), "--data-dir", str(tmp_path)).exit_code == 1
