"""The facts of a case as plain JSON that every peer takes, and whether a peer's answer is right."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
MONEY = {
    "customer.annual_trade", "credit.receivables", "credit.unsettled_notes", "credit.limit", "order.amount",
    "approval.special_limit",
}  # fmt: skip
CENTS = {"exposure", "projected_exposure", "base_limit", "effective_limit"}
"""What a peer answers in cents."""
MAYBE = ("approval.given_by", "approval.purpose", "approval.special_limit", "credit.limit", "order.amount")
"""Facts that may be absent; null then, which every peer can compare."""
READ = (
    ("credit_exposure", ("exposure", "projected_exposure"), ""),
    ("credit_tier", ("tier", "base_limit"), "tier_rule"),
    ("exceptional_limit", ("handling", "effective_limit"), "limit_rule"),
    ("limit_escalation", ("escalation", "utilisation"), "escalation_rule"),
    ("customer_database_access", ("access",), "access_rule"),
    ("visit_plan", ("plan", "ineffective_streak"), "visits_rule"),
)
"""A ruleset of the product, and what answers it in a peer's answer."""


def context(facts: Mapping[str, Any], as_of: dt.date) -> Json:
    """The facts nested, money in cents, dates as numbers, visits in order and numbered."""
    made: Json = {"as_of": number(as_of)}
    for name, value in (dict.fromkeys(MAYBE) | dict(facts)).items():
        group, _, field = name.rpartition(".")
        if group:
            made.setdefault(group, {})[field] = _plain(name, value)
    visits = sorted(facts["visits"], key=lambda visit: visit["on"])
    made["visits"] = [{**v, "on": number(v["on"]), "number": n} for n, v in enumerate(visits, 1)]
    return made


def number(date: dt.date) -> int:
    """A date as it is compared fastest: 20261123."""
    return date.year * 10_000 + date.month * 100 + date.day


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, dt.date):
        return number(value)
    if isinstance(value, Decimal):
        return int(value * 100) if name in MONEY else int(value)
    return value


def differences(outcomes: Mapping[str, Any], answer: Json) -> list[str]:
    """Where a peer's answer and the product's outcomes disagree about values or rules."""
    found = []
    for ruleset, keys, rule in READ:
        outcome = outcomes[ruleset]
        for key in keys:
            if not _same(key, outcome.values[key], answer.get(key)):
                found.append(f"{key}: {outcome.values[key]} and {answer.get(key)}")
        if rule and outcome.rules != (answer[rule],):
            found.append(f"{outcome.rules} and {answer[rule]}")
    return found


def _same(key: str, ours: Any, theirs: Any) -> bool:
    """Equal; cents to the cent, a quotient as closely as a float can be."""
    if not isinstance(ours, Decimal) or not isinstance(theirs, int | float):
        return bool(ours == theirs)
    if key == "utilisation":
        return math.isclose(ours, theirs, rel_tol=1e-12)
    return bool(ours * 100 == theirs if key in CENTS else ours == theirs)
