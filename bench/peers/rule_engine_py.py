"""rule-engine: a rule for each decision, a chain of conditions that gives the id of the one that holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rule_engine

from bench.peers import plain
from bench.peers.policy import TABLES, Condition
from bench.peers.texts import chain, literal

Json = dict[str, Any]
prepare = plain.flat


def make() -> Callable[[Json], Json]:
    """Decides one case."""
    context = rule_engine.Context(resolver=rule_engine.resolve_item)
    rules = (rule_engine.Rule(chain(rows, _condition), context=context) for rows in TABLES.values())
    tier, limit, escalation, access, visits = (rule.evaluate for rule in rules)

    def decide(facts: Json) -> Json:
        made, streak = plain.streak(facts["visits"], facts["as_of"])
        exposure, projected = plain.exposures(facts)
        thing = facts | {"in_doubt": plain.in_doubt(facts), "new_firm": plain.is_new(facts)}
        thing |= {"made": made, "streak": streak}
        tier_rule, limit_rule = tier(thing), limit(thing)
        effective = plain.effective_limit(limit_rule, facts, plain.base_limit(tier_rule), exposure)
        thing |= {"near": 10 * projected - 9 * effective, "over": projected - effective}
        rules = (tier_rule, limit_rule, escalation(thing), access(thing), visits(thing))
        return plain.answer((exposure, projected), rules, effective, streak)

    return decide


def _condition(condition: Condition) -> str:
    name, operator, value = condition
    name = name.replace(".", "_")
    if operator == "given":
        return f"{name} != null"
    if isinstance(value, bool):
        return name if value else f"not {name}"
    return f"{name} {operator} {literal(value)}"
