"""Tables of up to 5,000 rows and rules of up to 40 conditions, on the Rete engine and the interpreter."""

from __future__ import annotations

import os
import random
from unittest.mock import patch

import pytest

import rules.check
from rules.check import check
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from rules.syntax import load
from tests.differential.exactly import exactly
from tests.differential.tables import KINDS, conditions, random_facts, table
from tests.differential.words import AS_OF


class NoFallback:
    """Stands behind the Rete engine to show that it decides alone."""

    name = "none"

    def decide(self, *arguments: object) -> dict[str, object]:
        raise AssertionError("the Rete engine handed the decision on")


def compare(texts: dict[str, str], decisions: int, seed: int) -> None:
    with patch.object(rules.check, "LINTS", ()):
        checked = check(load(texts))
    reference = Interpreter(checked)
    durable = DurableEngine(checked, NoFallback())  # type: ignore[arg-type]
    chance = random.Random(seed)
    for _ in range(decisions):
        facts = random_facts(chance)
        expected, got = (engine.decide(("sized",), facts, AS_OF) for engine in (reference, durable))
        assert exactly(got["sized"]) == exactly(expected["sized"]), facts


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("rows", "decisions"), [(10, 100), (100, 50), (1000, 5)])
def test_tables(kind: str, rows: int, decisions: int) -> None:
    compare(table(kind, rows, seed=rows), decisions, seed=rows)


@pytest.mark.nightly
@pytest.mark.skipif(os.environ.get("HYPOTHESIS_PROFILE") != "nightly", reason="the interpreter takes its time")
@pytest.mark.parametrize("kind", KINDS)
def test_tables_of_five_thousand_rows(kind: str) -> None:
    compare(table(kind, 5000), 20, seed=1)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13, 21, 30, 40])
def test_rules_with_many_conditions(count: int) -> None:
    for seed in range(5):
        compare(conditions(count, seed), 10, seed)
