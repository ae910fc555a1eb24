"""The Rete engine and the interpreter agree on everything, over facts that the vocabulary allows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.check.checked import CheckedPolicySet
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from tests.facts import DAYS, facts_of


@pytest.fixture(scope="module")
def engines(checked: CheckedPolicySet) -> tuple[Interpreter, DurableEngine]:
    reference = Interpreter(checked)
    return reference, DurableEngine(checked, reference)


@pytest.mark.parametrize("absent", [False, True], ids=["complete", "with facts absent"])
@settings(max_examples=300)
@given(data=st.data(), as_of=DAYS)
def test_the_engines_agree(
    checked: CheckedPolicySet,
    engines: tuple[Interpreter, DurableEngine],
    absent: bool,
    data: st.DataObject,
    as_of: dt.date,
) -> None:
    asked = (data.draw(st.sampled_from(sorted(checked.rulesets))),)
    facts = data.draw(facts_of(checked, as_of, absent, asked))
    reference, durable = engines
    outcomes = reference.decide(asked, facts, as_of)
    assert durable.decide(asked, facts, as_of) == outcomes
    expected = reference.near_misses(facts, as_of, outcomes)
    missed = durable.near_misses(facts, as_of, outcomes)
    assert missed.keys() == expected.keys()
    assert [name for name, near in missed.items() if near is not None and near != expected[name]] == []


def test_near_misses_are_told_where_every_fact_is_there(
    checked: CheckedPolicySet, engines: tuple[Interpreter, DurableEngine]
) -> None:
    facts = {"customer.size": "large", "customer.reputation": "good", "customer.operations_stable": False,
             "customer.broken_promises": Decimal(0), "customer.is_intermediary": False,
             "customer.annual_trade": Decimal(0), "customer.staff": Decimal(50),
             "customer.founded_on": dt.date(2000, 1, 1), "credit.receivables": Decimal(0)}  # fmt: skip
    for engine in engines:
        outcomes = engine.decide(("credit_tier",), facts, dt.date(2026, 11, 23))
        near = engine.near_misses(facts, dt.date(2026, 11, 23), outcomes)["credit_tier"]
        assert near is not None
        # TIER-3 wants stable operations and nothing else.
        assert (2, 2) in near
