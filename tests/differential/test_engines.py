"""The Rete engine and the interpreter agree on everything, over facts that the vocabulary allows."""

from __future__ import annotations

import datetime as dt

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
    facts = data.draw(facts_of(checked, as_of, absent))
    asked = tuple(checked.rulesets)
    reference, durable = engines
    assert durable.decide(asked, facts, as_of) == reference.decide(asked, facts, as_of)
