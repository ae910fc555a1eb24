"""The commands that answer and end: check, test, decide."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from tests.service.conftest import SAMPLE

POLICIES = ["--policies", str(SAMPLE)]


def run(*args: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, args, input=input)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "policies"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_check() -> None:
    result = run("check", str(SAMPLE))
    assert result.exit_code == 0
    assert result.stdout.startswith("ok: 6 rulesets, 10 rules, release sha256:")
    assert result.stdout.count("\n") == 1


def test_check_draws_every_error(folder: Path) -> None:
    edit(folder / "shop" / "size.yaml", "when: order.amount >=", "when: order.amuont >=")
    edit(folder / "shop" / "route.yaml", "when: order.urgent", "when: order.urgnt")
    result = run("check", str(folder))
    assert result.exit_code == 1
    assert "shop/size.yaml:" in result.stderr
    assert "shop/route.yaml:" in result.stderr
    assert "^^^^" in result.stderr
    assert result.stderr.endswith("2 errors\n")


def test_check_reads_the_cases_too(folder: Path) -> None:
    edit(folder / "shop" / "size.test.yaml", "status: undecided", "status: undecidd")
    assert run("check", str(folder)).exit_code == 1


def test_check_without_a_folder(tmp_path: Path) -> None:
    result = run("check", str(tmp_path / "nope"))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "there is no policy folder" in result.stderr


def test_test() -> None:
    result = run("test", str(SAMPLE))
    assert result.exit_code == 0
    assert "rules fired by a case: 2 of 10" in result.stdout
    assert "never fired: " in result.stdout
    assert "R-1 (route)" in result.stdout
    assert "S-1 (size)" not in result.stdout
    assert result.stdout.splitlines()[-1].startswith("ok: 3 cases on interpreter and ")


def test_test_shows_what_differs_and_where(folder: Path) -> None:
    edit(folder / "shop" / "size.test.yaml", "fee: 15.00", "fee: 15.01")
    edit(folder / "shop" / "size.test.yaml", "rules: [S-2]", "rules: [S-1]")
    edit(folder / "shop" / "size.test.yaml", "missing_facts: [order.amount]", "missing_facts: [order.count]")
    result = run("test", str(folder))
    assert result.exit_code == 1
    assert "shop/size.test.yaml:5: at the line [interpreter]" in result.stdout
    assert "  values: expected {size: large, fee: 15.01, pieces: 8}" in result.stdout
    assert "               got {size: large, fee: 15, pieces: 8}" in result.stdout
    assert "  rules: expected [S-1]\n              got [S-2]" in result.stdout
    assert "  missing_facts: expected [order.count]\n                      got [order.amount]" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("6 failed")


def test_test_shows_facts_that_the_vocabulary_refuses(folder: Path) -> None:
    edit(folder / "shop" / "size.test.yaml", "amount: 999.99", "amount: 999.999")
    result = run("test", str(folder))
    assert result.exit_code == 1
    assert "/facts/order/amount: `999.999` has more than 2 decimal places" in result.stdout


def test_decide(order: dict[str, Any]) -> None:
    result = run("decide", "-", *POLICIES, input=json.dumps(order))
    assert result.exit_code == 0
    assert "Way of handling (route): decided" in result.stdout
    assert "  Way: slow (Slow)" in result.stdout
    assert "  R-1 第二条: It is large" in result.stdout
    assert "  Charge the fee (charge: amount 15.00)\n    Clerk; by 2026-11-23; S-1 第一条" in result.stdout
    assert "    Clerk → Manager; by 2026-11-26; R-1 第二条" in result.stdout
    assert "not recorded" in result.stderr


def test_decide_in_chinese(order: dict[str, Any]) -> None:
    result = run("decide", "-", *POLICIES, "--lang", "zh", input=json.dumps(order))
    assert "处理方式 (route): 已决定" in result.stdout
    assert "职员 → 经理; 截止 2026-11-26" in result.stdout


def test_decide_as_json(order: dict[str, Any]) -> None:
    document = json.loads(run("decide", "-", *POLICIES, "--json", input=json.dumps(order)).stdout)
    assert (document["receipt"], document["decision_id"]) == (None, None)
    assert document["outcomes"]["size"]["values"]["fee"] == "15.00"


def test_decide_undecided(order: dict[str, Any]) -> None:
    del order["facts"]["order"]["amount"]
    result = run("decide", "-", *POLICIES, input=json.dumps(order))
    assert result.exit_code == 3
    assert "missing facts:\n  order.amount  Amount" in result.stdout


def test_decide_refuses_what_the_api_refuses(tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text('{"facts": {"order": {"kind": "specal"}}, "x": 1}')
    result = run("decide", str(file), *POLICIES)
    assert result.exit_code == 2
    assert "  /facts/order/kind: `specal` is none of `normal`, `special` (did you mean `special`?)" in result.stderr
    assert run("decide", "-", *POLICIES, input=b"\xff").exit_code == 2
    assert run("decide", "-", *POLICIES, "--json", input="{").exit_code == 2
    assert run("decide", str(tmp_path / "nope"), *POLICIES).exit_code == 2


@pytest.mark.parametrize("command", ["check", "test", "decide", "serve"])
def test_help(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert command in run("--help").stdout
