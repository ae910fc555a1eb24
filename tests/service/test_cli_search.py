"""`run.py search`: the same as the API finds, from the ledger file alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from service.cli import main


@pytest.fixture
def decided(client: FlaskClient, order: dict[str, Any]) -> list[dict[str, Any]]:
    subjects = ("C-1", "客户甲", "C-1")
    return [client.post("/v1/decisions", json={**order, "subject": one}).get_json() for one in subjects]


def run(folder: Path, *words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["search", "--data-dir", str(folder), *words], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def test_the_documents_are_those_of_the_api(
    client: FlaskClient, decided: list[dict[str, Any]], tmp_path: Path
) -> None:
    page = json.loads(run(tmp_path, "金额大", "--subject", "C-1", "--from", "2026-11-23", "--json").stdout)
    assert page == client.get("/v1/decisions?q=金额大&subject=C-1&from=2026-11-23").get_json()
    assert len(page["items"]) == 2
    facets = json.loads(run(tmp_path, "--facets", "--json", "--", "-甲").stdout)
    assert facets == client.get("/v1/decisions/facets?q=-甲").get_json()
    assert facets["decisions"] == 2


def test_what_a_person_reads(decided: list[dict[str, Any]], tmp_path: Path) -> None:
    head, _, first, last = run(tmp_path, "--limit", "1").stdout.splitlines()
    assert head.split() == ["decided", "at", "decision", "status", "reviewed", "subject", "outcomes"]
    assert first.split()[:5] == ["2026-11-23T07:20:31Z", decided[2]["decision_id"], "decided", "none", "C-1"]
    assert "size: 15.00, 8, large; tags" in first
    again = run(tmp_path, "--cursor", last.split()[-1]).stdout
    assert [one["decision_id"] in again for one in decided] == [True, True, False]
    counted = run(tmp_path, "--facets").stdout.splitlines()
    assert counted[0] == "decisions: 3"
    assert "          3  large  (size)" in counted
    assert run(tmp_path, "nothing", "at", "all").stdout == "nothing is found\n"


def test_everything_that_is_wrong_at_once(decided: list[dict[str, Any]], tmp_path: Path) -> None:
    told = run(tmp_path, "a*b", '"x', "--from", "today", "--limit", "0", code=1).stderr.splitlines()
    assert [line.split()[1] for line in told] == ["--from:", "QUESTION:", "QUESTION:", "--limit:"]
    assert all(line.startswith("error: ") for line in told)


def test_where_there_is_no_ledger(tmp_path: Path) -> None:
    assert run(tmp_path, code=1).stderr == f"error: there is no ledger `{tmp_path}/ledger.sqlite`\n"


def test_a_folder_that_takes_no_files(
    decided: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.cli.log_files._takes_files", lambda _: False)
    assert "客户甲" in run(tmp_path, "甲").stdout
    assert not (tmp_path / "register.sqlite").exists()
