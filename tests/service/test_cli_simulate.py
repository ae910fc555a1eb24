"""`run.py simulate`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import SAMPLE
from tests.service.releases import edit
from tests.service.test_cli import POLICIES, run


@pytest.fixture
def file(tmp_path: Path, order: dict[str, Any]) -> str:
    path = tmp_path / "request.json"
    path.write_text(json.dumps(order))
    return str(path)


def test_nothing_changes(file: str) -> None:
    result = run("simulate", file, *POLICIES)
    assert result.exit_code == 0
    assert "what would change:\n  nothing\n" in result.stdout
    assert "nothing is recorded" in result.stderr


def test_another_parameter(file: str) -> None:
    result = run("simulate", file, *POLICIES, "--set", "large_from=5000")
    assert result.exit_code == 3
    before, after = "decided (fee 15.00, pieces 8, size large)", "decided (fee 0.00, pieces 8, size small)"
    assert f"  size: {before} → {after}" in result.stdout
    assert "  - charge amount 15.00 by 2026-11-23" in result.stdout


def test_a_draft_folder(file: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "draft"))
    edit(folder / "parameters.yaml", "1000.00", "5000.00")
    document = json.loads(run("simulate", file, *POLICIES, "--draft", str(folder), "--json").stdout)
    assert document["simulation"] is True
    assert document["changes"]["rulesets"]["size"]["after"]["values"]["size"] == "small"


def test_every_fault_of_the_settings(file: str) -> None:
    settings = ("--set", "large_form=1", "--set", "large_from=x", "--set", "time_zone.x=1")
    result = run("simulate", file, *POLICIES, *settings)
    assert result.exit_code == 2
    assert "/parameters/large_form: the policy has no parameter" in result.stderr
    assert "/parameters/large_from: `x` is not a number" in result.stderr
    assert "/parameters/time_zone: expected a string, not an object" in result.stderr


def test_a_setting_that_is_none(file: str) -> None:
    result = run("simulate", file, *POLICIES, "--set", "large_from")
    assert (result.exit_code, result.stderr) == (1, "error: `large_from` is not NAME=VALUE\n")


def test_a_draft_that_does_not_check(file: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "draft"))
    edit(folder / "shop" / "size.yaml", "when: order.amount", "when: order.amuont")
    result = run("simulate", file, *POLICIES, "--draft", str(folder))
    assert result.exit_code == 1
    assert "^^^^" in result.stderr
