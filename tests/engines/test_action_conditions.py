"""An action with a `when` is required where that is true, and nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import pytest

from rules.check import check
from rules.engines.interpreter import Interpreter
from rules.errors import PolicyError
from rules.model.decision import Outcome
from rules.model.values import Value
from rules.syntax import load
from tests.syntax.helpers import ACTIONS, POLICY, SOURCE, VOCABULARY

RULES = """\
ruleset: answer
title: {zh: 答复, en: Answer}
clause: 第九条3(b)
hit_policy: FIRST
outputs:
  size:
    label: {zh: 答复, en: Answer}
    values: {large: {zh: 大, en: Large}, other: {zh: 其他, en: Other}}
actions:
  - {action: log_access, when: AT_RULESET}
rules:
  - id: A-1
    clause: 第九条3(b)
    when: customer.size = "large"
    then: {size: large}
    actions:
      - {action: set_base_limit, when: credit.limit > 100, arguments: {amount: credit.limit}}
    because: {zh: 大, en: It is large}
  - id: A-2
    clause: 第九条3(b)
    then: {size: other}
    because: {zh: 其他, en: All others}
"""
LIMIT = "credit.limit"


def decided(facts: Mapping[str, Value], at_ruleset: str = 'size = "large"') -> Outcome:
    files = {
        "policy.yaml": POLICY,
        "vocabulary.yaml": VOCABULARY,
        "actions.yaml": ACTIONS,
        "source/credit.yaml": SOURCE,
        "credit/answer.yaml": RULES.replace("AT_RULESET", at_ruleset),
    }
    engine = Interpreter(check(load(files)))
    return engine.decide(("answer",), facts, dt.date(2026, 11, 23))["answer"]


def required(outcome: Outcome) -> list[tuple[str, str | None]]:
    return [(action.action, action.rule) for action in outcome.actions]


def test_it_may_read_facts_and_outputs() -> None:
    outcome = decided({"customer.size": "large", LIMIT: Decimal("100.01")})
    assert required(outcome) == [("log_access", None), ("set_base_limit", "A-1")]
    assert outcome.actions[1].arguments == (("amount", Decimal("100.01")),)
    assert required(decided({"customer.size": "large", LIMIT: Decimal(100)})) == [("log_access", None)]
    assert required(decided({"customer.size": "small", LIMIT: Decimal(200)})) == []


def test_null_is_not_true() -> None:
    assert required(decided({"customer.size": "large"})) == [("log_access", None)]


def test_a_fault_is_an_error() -> None:
    outcome = decided({"customer.size": "small", LIMIT: Decimal(0)}, "100 / credit.limit > 1")
    assert outcome.status == "error"
    assert outcome.faults[0].startswith("action `log_access`: ")


def test_what_only_an_action_depends_on_is_missing() -> None:
    needed = decided({}, 'customer.size = "large" and size = "large"')
    assert (needed.status, needed.missing_facts) == ("undecided", ("customer.size",))
    depends = decided({"customer.size": "small"}, "count(visits) > 0")
    assert (depends.status, depends.missing_facts) == ("undecided", ("visits",))
    free = decided({"customer.size": "small"}, 'size = "large" and count(visits) > 0')
    assert (free.status, required(free)) == ("decided", [])


def test_it_is_true_or_false() -> None:
    with pytest.raises(PolicyError, match="a condition must be true or false"):
        decided({}, "credit.limit")
    with pytest.raises(PolicyError, match=r"nothing here is called `credit\.limits`"):
        decided({}, "credit.limits > 5")
