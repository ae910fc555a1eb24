"""Generated policies: the checker takes them, and the engines agree on everything they say."""

from __future__ import annotations

import os
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

import rules.check
from rules.check import check
from rules.check.checked import CheckedPolicySet
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from rules.errors import PolicyError
from rules.syntax import load
from tests.differential.exactly import essence, exactly
from tests.differential.policies import policies
from tests.differential.words import AS_OF, fact_value, facts_for

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
EXAMPLES = 10_000 if NIGHTLY else 200
FILLED = EXAMPLES if NIGHTLY else EXAMPLES // 2
"""Policies of the law that the interpreter alone is held to."""
ROUNDS = 2
"""Sets of facts for each policy: a policy costs more than deciding."""


def checked_of(texts: dict[str, str]) -> CheckedPolicySet:
    """The policy, checked but for the lints: conditions that never hold are refused, yet have a meaning."""
    for name in sorted(texts):
        if name.startswith(("pack/", "vocabulary")):
            note(f"--- {name}\n{texts[name]}")
    with patch.object(rules.check, "LINTS", ()):
        return check(load(texts))


def refused(checked: CheckedPolicySet) -> bool:
    """Whether the policy has a range in which nothing lies: a fault tested against one may be passed over."""
    try:
        check(load(checked.policy.texts))
    except PolicyError as error:
        return any(found.code == "empty-range" for found in error.diagnostics)
    return False


def agree(checked: CheckedPolicySet, facts: dict[str, Any], engines: tuple[Interpreter, DurableEngine]) -> None:
    """Both engines' outcomes must be one."""
    note(f"facts = {facts}")
    asked = tuple(checked.rulesets)
    expected, got = (engine.decide(asked, facts, AS_OF) for engine in engines)
    for name in asked:
        same = exactly(got[name]) == exactly(expected[name])
        assert same or refused(checked), f"{name}: {expected[name]} but {got[name]}"


@pytest.mark.parametrize("absent", [0, 3], ids=["complete", "with facts absent"])
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_the_engines_agree(absent: int, data: st.DataObject) -> None:
    checked = checked_of(data.draw(policies()))
    reference = Interpreter(checked)
    engines = reference, DurableEngine(checked, reference)
    for _ in range(ROUNDS):
        agree(checked, data.draw(facts_for(dict(checked.policy.facts), absent)), engines)


@settings(max_examples=FILLED)
@given(data=st.data())
def test_what_is_decided_stays_so_when_absent_facts_are_filled_in(data: st.DataObject) -> None:
    checked = checked_of(data.draw(policies(large=False)))
    interpreter = Interpreter(checked)
    asked = tuple(checked.rulesets)
    for _ in range(ROUNDS):
        part = data.draw(facts_for(dict(checked.policy.facts), 3))
        outcomes = interpreter.decide(asked, part, AS_OF)
        gone = [f for f in checked.policy.facts.values() if f.required and f.name not in part]
        for _ in range(ROUNDS):
            full = {**part, **{f.name: data.draw(fact_value(f.type, f)) for f in gone}}
            completed = interpreter.decide(asked, full, AS_OF)
            for name in asked:
                if outcomes[name].status != "undecided":
                    note(f"{name}: facts = {part}, filled in = {full}")
                    assert essence(completed[name]) == essence(outcomes[name])
                else:
                    free = [f for f in gone if f.name not in outcomes[name].missing_facts]
                    other = {**full, **{f.name: data.draw(fact_value(f.type, f)) for f in free}}
                    note(f"{name}: facts = {part}, one = {full}, other = {other}")
                    assert essence(interpreter.decide((name,), other, AS_OF)[name]) == essence(completed[name])
