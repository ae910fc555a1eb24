"""What the graph says cannot matter, never matters; and the ways it names are ways."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.analysis import messages
from rules.analysis.dependencies import Dependencies, Node, fact
from rules.check import check
from rules.check.checked import CheckedPolicySet
from rules.engines.interpreter import Interpreter
from rules.syntax import load
from tests.conftest import policy_texts
from tests.diagnostics.helpers import BASE, files_of
from tests.facts import AS_OF, facts_of

POLICY = check(load(policy_texts()))
GRAPH = Dependencies(POLICY)
ENGINE = Interpreter(POLICY)


def base() -> CheckedPolicySet:
    return check(load({name: data.decode() for name, data in files_of(BASE).items()}))


@given(facts_of(POLICY, AS_OF), facts_of(POLICY, AS_OF), st.sampled_from(sorted(POLICY.rulesets)))
@settings(max_examples=150)
def test_facts_without_a_way_change_nothing(one: dict[str, Any], other: dict[str, Any], ruleset: str) -> None:
    kept = {name: value for name, value in one.items() if name in GRAPH.facts(ruleset)}
    changed = {name: value for name, value in other.items() if name not in GRAPH.facts(ruleset)}
    before = ENGINE.decide((ruleset,), one, AS_OF)[ruleset]
    assert ENGINE.decide((ruleset,), {**kept, **changed}, AS_OF)[ruleset] == before


def test_a_way_runs_through_computed_facts_rules_outputs_and_other_rulesets() -> None:
    way = messages.chain(GRAPH.chain("limit_escalation", fact("customer.size")))
    assert way.startswith("customer.size → rule TIER-3 → credit_tier.tier → ")
    assert way.endswith("limit_escalation.utilisation")


def test_every_step_of_a_way_is_read_somewhere() -> None:
    texts = POLICY.policy.texts
    for ruleset in POLICY.rulesets:
        for name in GRAPH.facts(ruleset):
            steps = list(GRAPH.steps(ruleset, fact(name)))
            assert steps[0].source == fact(name)
            for before, after in pairwise(steps):
                assert before.target == after.source
            span = steps[0].span
            assert span is not None
            line = texts[span.file].split("\n")[span.line - 1]
            assert line[span.column - 1 : span.column - 1 + span.length] == name


def test_actions_conditions_and_columns_are_part_of_an_outcome() -> None:
    graph = Dependencies(base())
    assert graph.facts("discount") == ("customer.size", "order.amount")
    assert graph.facts("fee") == (
        "order.amount", "order.note", "order.pieces", "order.placed_on", "order.urgent", "visits",
    )  # fmt: skip
    assert graph.chain("discount", fact("visits")) == ()
    assert graph.chain("fee", Node("let", "fee", "recent"))[-1].ruleset == "fee"


def test_a_computed_fact_that_nothing_uses_adds_nothing() -> None:
    texts = {name: data.decode() for name, data in files_of(BASE).items()}
    used = "order.urgent and piece_price > 50\n      and order.note != null"
    texts["shop/fee.yaml"] = texts["shop/fee.yaml"].replace(used, "order.note != null")
    assert "order.urgent" not in Dependencies(check(load(texts))).facts("fee")
    assert "order.pieces" not in Dependencies(check(load(texts))).facts("fee")
