"""Why and why not, on the policies themselves."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from rules.check.checked import CheckedPolicySet
from rules.engines.explain import UNKNOWN, RulesetTrace, explain
from rules.engines.interpreter import Interpreter

AS_OF = dt.date(2026, 11, 23)


def traced(checked: CheckedPolicySet, name: str, facts: dict[str, Any]) -> RulesetTrace:
    outcomes = Interpreter(checked).decide((name,), facts, AS_OF)
    return explain(checked, outcomes, facts, AS_OF)[-1]


def visit(day: int, effective: bool) -> dict[str, Any]:
    return {"on": dt.date(2026, 11, day), "effective": effective}


def test_every_rule_has_a_verdict_and_what_stopped_it(checked: CheckedPolicySet) -> None:
    trace = traced(checked, "visit_plan", {"visits": [visit(1, True), visit(2, False)]})
    told = {r.id: (r.verdict, r.fired, r.stopped_by and r.stopped_by.text) for r in trace.rules}
    assert told["VIS-1"] == ("false", False, "count(made) = 0")
    assert told["VIS-2"] == ("false", False, "streak >= visit_drop_threshold")
    assert told["VIS-3b"] == ("true", True, None)


def test_a_condition_tells_what_it_read(checked: CheckedPolicySet) -> None:
    trace = traced(checked, "visit_plan", {"visits": [visit(1, True), visit(2, False)]})
    stopped = trace.rules[1].stopped_by
    assert stopped is not None
    assert stopped.reads == {"streak": Decimal(1), "visit_drop_threshold": Decimal(3)}
    assert (stopped.span.file, stopped.span.length) == ("credit/visit_plan.yaml", len(stopped.text))


def test_visits_counted_and_left_out(checked: CheckedPolicySet) -> None:
    visits = [visit(3, False), visit(1, True), visit(24, False)]
    trace = traced(checked, "visit_plan", {"visits": visits})
    items = next(c.items for c in trace.computed if c.name == "made")
    assert items is not None
    assert [place for place, _ in items.kept] == [2, 1]
    assert items.left_out == ((3, visits[2]),)


def test_what_depends_on_absent_facts_is_unknown(checked: CheckedPolicySet) -> None:
    facts = {"customer.size": "large", "customer.broken_promises": Decimal(0)}
    trace = traced(checked, "credit_tier", facts)
    verdicts = {rule.id: rule.verdict for rule in trace.rules}
    assert verdicts["TIER-1"] == "false"
    assert verdicts["TIER-2"] == "unknown"
    assert verdicts["TIER-6"] == "false"
    assert verdicts["TIER-9"] == "true"
    (condition,) = trace.rules[1].conditions
    assert condition.reads == {"customer.is_intermediary": UNKNOWN}


def test_a_near_miss_fails_in_one_condition_only(checked: CheckedPolicySet) -> None:
    facts = {"customer.size": "large", "customer.reputation": "good", "customer.operations_stable": False,
             "customer.broken_promises": Decimal(0), "customer.is_intermediary": False}  # fmt: skip
    rule = traced(checked, "credit_tier", facts).rules[2]
    assert rule.near_miss is not None
    assert rule.near_miss.text == "customer.operations_stable"
