"""What a peer cannot express, in the plain Python that its users would write; it counts in the peer's time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.peers.policy import BASE_LIMIT, CAP, DOUBT, TABLES, YEAR

Json = dict[str, Any]
SETS = {row.rule: row.then for rows in TABLES.values() for row in rows}
"""What a rule sets, for a peer that only finds the rule."""


def flat(context: Json) -> Json:
    """The facts by one name each, for peers that take them faster so; like all preparing of facts not counted."""
    made: Json = {}
    for group, value in context.items():
        made |= {f"{group}_{name}": one for name, one in value.items()} if isinstance(value, dict) else {group: value}
    return made


def in_doubt(facts: Json) -> bool:
    """Whether the customer may not pay."""
    doubt = facts["credit_note_deferred"] or facts["credit_deteriorated"] or facts["credit_bank_refusal"] in DOUBT
    return bool(doubt)


def is_new(facts: Json) -> bool:
    """Whether the firm is in its first year."""
    return bool(facts["as_of"] < facts["customer_founded_on"] + YEAR)


def exposures(facts: Json) -> tuple[int, int]:
    """What the customer owes, and with the order."""
    exposure = facts["credit_receivables"] + facts["credit_unsettled_notes"]
    return exposure, exposure + (facts["order_amount"] or 0)


def streak(visits: Sequence[Json], as_of: int) -> tuple[int, int]:
    """Visits until a day, and those since the last effective one."""
    past = [visit for visit in visits if visit["on"] <= as_of]
    return len(past), len(past) - max((visit["number"] for visit in past if visit["effective"]), default=0)


def effective_limit(limit_rule: str, facts: Json, base: int, exposure: int) -> int:
    """The limit that a rule leads to."""
    handling, own, special = SETS[limit_rule], facts["credit_limit"], facts["approval_special_limit"]
    if handling == "special_limit":
        return int(special)
    ordinary = min(base if own is None else own, CAP)
    return min(ordinary, exposure) if handling == "restrict" else ordinary


def base_limit(tier_rule: str) -> int:
    """The base limit of the tier that a rule gives."""
    return BASE_LIMIT[SETS[tier_rule]]


def answer(exposure: tuple[int, int], rules: Sequence[str], effective: int, since: int) -> Json:
    """The answer from the rules that fired, in the order of `TABLES`."""
    tier, limit, escalation, access, visits = rules
    return {
        "exposure": exposure[0], "projected_exposure": exposure[1],
        "tier": SETS[tier], "base_limit": base_limit(tier), "tier_rule": tier,
        "handling": SETS[limit], "effective_limit": effective, "limit_rule": limit,
        "escalation": SETS[escalation], "escalation_rule": escalation,
        "utilisation": exposure[1] / effective if effective else None,
        "access": SETS[access], "access_rule": access,
        "plan": SETS[visits], "visits_rule": visits, "ineffective_streak": since,
    }  # fmt: skip
