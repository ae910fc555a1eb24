"""An action may carry a computed deadline; facts and outputs may be dates and times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from rules.check import check
from rules.engines.durable import DurableEngine
from rules.engines.interpreter import Interpreter
from rules.errors import PolicyError
from rules.feel.temporal_text import parse_date_time
from rules.model.decision import Outcome
from rules.model.values import DateTime, Value
from rules.syntax import load
from service.present import Presenter
from tests.syntax.helpers import ACTIONS, POLICY, SOURCE

VOCABULARY = """\
facts:
  complaint.received_at:
    label: {zh: 收到时间, en: Received at}
    type: date and time
    sensitivity: internal
  complaint.serious:
    label: {zh: 是否严重, en: Whether it is serious}
    type: boolean
    sensitivity: internal
"""
PARAMETERS = """\
parameters:
  hours:
    label: {zh: 小时, en: Hours}
    type: integer
    value: 2
    clause: 第九条3(b)
  time_zone:
    label: {zh: 时区, en: Time zone}
    type: text
    value: Asia/Shanghai
    clause: 第九条3(b)
"""
CALENDAR = """\
working_days: [monday, tuesday, wednesday, thursday, friday]
working_hours: {from: "09:00", to: "18:00"}
"""
RULES = """\
ruleset: answer
title: {zh: 答复, en: Answer}
clause: 第九条3(b)
hit_policy: FIRST
let:
  by: add business hours(complaint.received_at, hours)
outputs:
  answer_by:
    label: {zh: 答复期限, en: To be answered by}
    type: date and time
    computed: by
actions:
  - {action: log_access, when: complaint.serious, due: DUE}
rules:
  - id: A-1
    clause: 第九条3(b)
    actions:
      - {action: set_base_limit, due: "add business days(complaint.received_at, 1)", arguments: {amount: 5}}
    because: {zh: 一律, en: Always}
"""
FILES = {
    "policy.yaml": POLICY,
    "vocabulary.yaml": VOCABULARY,
    "parameters.yaml": PARAMETERS,
    "calendar.yaml": CALENDAR,
    "actions.yaml": ACTIONS,
    "source/credit.yaml": SOURCE,
    "credit/answer.yaml": RULES.replace("DUE", "answer_by"),
}
RECEIVED, SERIOUS = "complaint.received_at", "complaint.serious"
FRIDAY = parse_date_time("2026-11-20T17:00:00+08:00")
MONDAY = parse_date_time("2026-11-23T10:00:00+08:00")


def decided(facts: Mapping[str, Value], due: str = "answer_by") -> Outcome:
    checked = check(load({**FILES, "credit/answer.yaml": RULES.replace("DUE", due)}))
    reference = Interpreter(checked)
    outcome = reference.decide(("answer",), facts, dt.date(2026, 11, 20))["answer"]
    assert DurableEngine(checked, reference).decide(("answer",), facts, dt.date(2026, 11, 20))["answer"] == outcome
    return outcome


def dues(outcome: Outcome) -> dict[str, Value]:
    return {action.action: action.due for action in outcome.actions}


def test_it_is_computed_from_facts_and_outputs() -> None:
    outcome = decided({RECEIVED: FRIDAY, SERIOUS: True})
    assert outcome.values == {"answer_by": MONDAY}
    assert dues(outcome) == {"log_access": MONDAY, "set_base_limit": dt.date(2026, 11, 23)}
    assert "log_access" not in dues(decided({RECEIVED: FRIDAY, SERIOUS: False}))


def test_what_it_depends_on_is_missing() -> None:
    assert decided({SERIOUS: True}).missing_facts == (RECEIVED,)
    assert decided({RECEIVED: FRIDAY}).missing_facts == (SERIOUS,)
    assert decided({}).missing_facts == (RECEIVED, SERIOUS)


def test_null_leaves_the_days_of_the_action() -> None:
    outcome = decided({RECEIVED: FRIDAY, SERIOUS: True}, "if complaint.serious then null else answer_by")
    assert dues(outcome)["log_access"] is None


def test_a_fault_is_an_error() -> None:
    outcome = decided({RECEIVED: FRIDAY, SERIOUS: True}, '"add business days(as_of, 0 - hours)"')
    assert outcome.status == "error"
    assert outcome.faults[0].startswith("deadline of `log_access`: business days are a whole number")


@pytest.mark.parametrize(
    ("due", "message"),
    [
        ("hours", "a deadline must be a date, or a date and time, but this is a whole number"),
        ('"add business hours(as_of, 1)"', "`add business hours` cannot take these arguments"),
        ('"add business days(as_of, 1.5)"', "`add business days` cannot take these arguments"),
        ('"add business days(as_of, 1, 2)"', "`add business days` cannot take these arguments"),
        ("later", "nothing here is called `later`"),
    ],
)
def test_it_is_a_date(due: str, message: str) -> None:
    with pytest.raises(PolicyError) as refused:
        decided({}, due)
    assert message in str(refused.value)


def plain(written: Any) -> Any:
    return orjson.loads(orjson.dumps(written))


def test_it_is_shown_in_the_zone_of_the_policy() -> None:
    checked = check(load(FILES))
    presenter = Presenter(checked)
    received = parse_date_time("2026-11-20T09:00:00Z")
    assert isinstance(received, DateTime)
    outcome = Interpreter(checked).decide(("answer",), {RECEIVED: received, SERIOUS: True}, dt.date(2026, 11, 20))
    shown = {"answer": presenter.shown("answer", outcome["answer"])}
    assert plain(shown["answer"].document)["values"] == {"answer_by": "2026-11-23T10:00:00+08:00"}
    duties = presenter.required_actions(shown.values(), dt.date(2026, 11, 20))
    assert [duty["due"] for duty in plain(duties)] == ["2026-11-23T10:00:00+08:00", "2026-11-23"]
