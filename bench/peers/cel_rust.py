"""CEL (common-expression-language, in Rust): a program for each decision, compiled once, over one context.

The facts are flat, for the conversion of nested ones costs CEL twice as much as all its programs. CEL binds no
names and has no maximum: what one program needs of another is put into the context, and the last effective
visit is found in plain Python.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cel

from bench.peers import plain
from bench.peers.policy import CAP, DOUBT, TABLES, YEAR, Condition
from bench.peers.texts import chain, literal

Json = dict[str, Any]
prepare = plain.flat
COMPUTED = {
    "in_doubt": f"(credit_bank_refusal in {literal(DOUBT)} || credit_note_deferred || credit_deteriorated)",
    "new_firm": f"as_of < customer_founded_on + {YEAR}",
    "near": "10 * projected - 9 * effective",
    "over": "projected - effective",
}
EXPOSURE = "credit_receivables + credit_unsettled_notes"
EXPOSURES = f"[{EXPOSURE}, {EXPOSURE} + (order_amount == null ? 0 : order_amount)]"
ORDINARY = f"(credit_limit == null ? base : credit_limit < {CAP} ? credit_limit : {CAP})"
EFFECTIVE = (
    "handling == 'special_limit' ? approval_special_limit : "
    f"handling == 'restrict' && exposure < {ORDINARY} ? exposure : {ORDINARY}"
)


def make() -> Callable[[Json], Json]:
    """Decides one case."""
    tier, limit, escalation, access, visits = (cel.compile(chain(r, _condition, " && ")) for r in TABLES.values())
    exposures, effective = cel.compile(EXPOSURES), cel.compile(EFFECTIVE)

    def decide(facts: Json) -> Json:
        context = cel.Context({name: value for name, value in facts.items() if name != "visits"})
        made, streak = plain.streak(facts["visits"], facts["as_of"])
        exposure = exposures.execute(context)
        tier_rule, limit_rule = tier.execute(context), limit.execute(context)
        base, handling = plain.base_limit(tier_rule), plain.SETS[limit_rule]
        context.update({"base": base, "handling": handling, "exposure": exposure[0], "made": made, "streak": streak})
        found = effective.execute(context)
        context.update({"projected": exposure[1], "effective": found})
        rules = (tier_rule, limit_rule, escalation.execute(context), access.execute(context), visits.execute(context))
        return plain.answer(exposure, rules, found, streak)

    return decide


def _condition(condition: Condition) -> str:
    name, operator, value = condition
    name = COMPUTED.get(name, name.replace(".", "_"))
    if operator == "given":
        return f"{name} != null"
    if isinstance(value, bool):
        return name if value else f"!{name}"
    return f"{name} {operator} {literal(value)}"
