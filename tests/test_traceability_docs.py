"""`docs/traceability.md` speaks of commands, options, routes and parameters that there are."""

from __future__ import annotations

import re
from pathlib import Path

import click

from service.api import actions, clauses
from service.api.app import create_app
from service.cli import commands
from service.decide import Decider, DecisionService
from service.ledger import Ledger
from service.repository import LoadedPolicy
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "traceability.md").read_text(encoding="utf-8")


def test_commands_and_options() -> None:
    for name in re.findall(r"`run\.py (\w+)", PAGE):
        assert name in commands()
    known = {option for one in commands()["clauses"].params if isinstance(one, click.Option) for option in one.opts}
    assert set(re.findall(r"`(--[a-z-]+)", PAGE)) <= known


def test_parameters_are_all_there_and_no_others() -> None:
    assert set(re.findall(r"`\?(\w+)=", PAGE)) == set(clauses.PARAMETERS)
    for name in actions.PARAMETERS:
        assert f"`{name}`" in PAGE


def test_routes(loaded: LoadedPolicy, tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        service = DecisionService(Decider(loaded), ledger)
        client = create_app(service).test_client()
        assert client.get("/v1/clauses/第九条3(b)").get_json()["id"] == "第九条3(b)"
        assert client.get("/v1/clauses?document=bank&text=资料").get_json()["items"]
        paths = client.get("/openapi.json").get_json()["paths"]
    named = re.findall(r"`(?:GET|POST) (/v1/[\w/{}]+)`", PAGE)
    assert {re.sub("{.*?}", "{}", path) for path in named} <= {re.sub("{.*?}", "{}", path) for path in paths}


def test_the_chain_is_the_one_that_check_draws() -> None:
    told = (ROOT / "tests/diagnostics/cases/unfair-dependency/expected.txt").read_text(encoding="utf-8")
    chain = re.search(r"```\n(person\.sex.*)\n```", PAGE)
    assert chain is not None
    assert chain[1] in told
