"""The peers decide what the product decides. What is timed is not tested: times are not asserted."""

from __future__ import annotations

import importlib
import operator
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bench import cases
from bench.peers import plain
from bench.peers.contexts import context, differences
from bench.peers.policy import TABLES, Condition
from rules.engines.interpreter import Interpreter
from rules.model.decision import Outcome
from tests.conftest import ROOT

MODULES = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    for path in (ROOT / "bench").rglob("*.py")
    if path.stem not in ("__init__", "__main__")
)
OF_THE_PEERS = {"cel", "clips", "drools", "fastapi", "pydantic", "regopy", "rule_engine", "zen"}
TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "<": operator.lt, "<=": operator.le, ">=": operator.ge, ">": operator.gt,
    "in": lambda left, right: left in right, "given": lambda left, _: left is not None,
}  # fmt: skip

Case = tuple[dict[str, Any], Mapping[str, Outcome]]


@pytest.fixture(scope="module")
def decided() -> list[Case]:
    checked = cases.policies()
    interpreter = Interpreter(checked)
    given = cases.complete(checked, 60, seed=7)
    return [(context(one, cases.AS_OF), interpreter.decide(cases.CREDIT, one, cases.AS_OF)) for one in given]


@pytest.mark.parametrize("name", MODULES)
def test_modules_of_the_bench_can_be_imported(name: str) -> None:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in OF_THE_PEERS:
            raise
        pytest.skip(f"`{error.name}` is in the environment of the peers only (make bench-peers)")


def test_the_rules_given_to_peers_are_those_of_the_product(decided: list[Case]) -> None:
    for facts, outcomes in decided:
        assert differences(outcomes, _by_hand(plain.flat(facts))) == []


@pytest.mark.parametrize("form", ["tables", "expressions"])
def test_zen_decides_as_the_product_does(decided: list[Case], form: str) -> None:
    pytest.importorskip("zen", reason="zen-engine is in the extra `bench`")
    decide = importlib.import_module("bench.peers.zen_engine").make(form)
    for facts, outcomes in decided:
        assert differences(outcomes, decide(facts)) == []


@pytest.mark.parametrize("spoilt", ["tier", "access_rule", "effective_limit", "utilisation", "ineffective_streak"])
def test_a_peer_that_decides_otherwise_is_found(decided: list[Case], spoilt: str) -> None:
    facts, outcomes = decided[0]
    assert differences(outcomes, _by_hand(plain.flat(facts)) | {spoilt: "no"})


def _by_hand(facts: dict[str, Any]) -> dict[str, Any]:
    """The rows of the policy, read as they are written."""
    made, streak = plain.streak(facts["visits"], facts["as_of"])
    exposure, projected = plain.exposures(facts)
    names = facts | {"in_doubt": plain.in_doubt(facts), "new_firm": plain.is_new(facts), "made": made, "streak": streak}
    base = plain.base_limit(_first("tier", names))
    effective = plain.effective_limit(_first("limit", names), facts, base, exposure)
    names |= {"near": 10 * projected - 9 * effective, "over": projected - effective}
    return plain.answer((exposure, projected), [_first(table, names) for table in TABLES], effective, streak)


def _first(table: str, names: Mapping[str, Any]) -> str:
    return next(row.rule for row in TABLES[table] if all(_holds(one, names) for one in row.when))


def _holds(condition: Condition, names: Mapping[str, Any]) -> bool:
    name, test, value = condition
    return TESTS[test](names[name.replace(".", "_")], value)
