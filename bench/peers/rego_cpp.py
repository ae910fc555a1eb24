"""Rego (regopy, which is rego-cpp): one module, compiled once to a bundle; the answer is one object.

Its `min` and `max` compare numbers as texts (1.5.2), so they are written out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from regopy import Interpreter

from bench.peers.policy import BASE_LIMIT, CAP, DOUBT, TABLES, YEAR, Condition, Row

Json = dict[str, Any]
COMPUTED = {"in_doubt", "new_firm", "near", "over", "made", "streak"}
BEFORE = f"""package credit

import rego.v1

default in_doubt := false
in_doubt if input.credit.bank_refusal in {json.dumps(DOUBT)}
in_doubt if input.credit.note_deferred
in_doubt if input.credit.deteriorated
default new_firm := false
new_firm if input.as_of < input.customer.founded_on + {YEAR}
exposure := input.credit.receivables + input.credit.unsettled_notes
projected := exposure + input.order.amount if input.order.amount != null else := exposure
base := {json.dumps(BASE_LIMIT, ensure_ascii=False)}[sets.tier[tier_rule]]
own := input.credit.limit if input.credit.limit != null else := base
ordinary := own if own < {CAP} else := {CAP}
handling := sets.limit[limit_rule]
effective := input.approval.special_limit if handling == "special_limit"
  else := exposure if {{ handling == "restrict"; exposure < ordinary }}
  else := ordinary
near := (10 * projected) - (9 * effective)
over := projected - effective
default utilisation := null
utilisation := projected / effective if effective != 0
past := [visit | some visit in input.visits; visit.on <= input.as_of]
made := count(past)
effective_visits := [visit.number | some visit in past; visit.effective]
streak := made - effective_visits[count(effective_visits) - 1] if count(effective_visits) > 0 else := made
"""
ANSWER = """
answer := {
  "exposure": exposure, "projected_exposure": projected,
  "tier": sets.tier[tier_rule], "base_limit": base, "tier_rule": tier_rule,
  "handling": handling, "effective_limit": effective, "limit_rule": limit_rule,
  "escalation": sets.escalation[escalation_rule], "utilisation": utilisation, "escalation_rule": escalation_rule,
  "access": sets.access[access_rule], "access_rule": access_rule,
  "plan": sets.visits[visits_rule], "ineffective_streak": streak, "visits_rule": visits_rule,
}
"""


def make() -> Callable[[Json], Json]:
    """Decides one case."""
    rego = Interpreter()
    rego.add_module("credit", module())
    bundle = rego.build("data.credit.answer")
    if not bundle.ok():
        raise SystemExit(f"rego-cpp does not take the module: {bundle.node()}")

    def decide(facts: Json) -> Json:
        rego.set_input(facts)
        answer: Json = rego.query_bundle(bundle)[0][0]
        return answer

    return decide


def module() -> str:
    """The policy in Rego."""
    sets = {table: {row.rule: row.then for row in rows} for table, rows in TABLES.items()}
    written = f"sets := {json.dumps(sets, ensure_ascii=False)}\n"
    return BEFORE + written + "".join(_chain(table, rows) for table, rows in TABLES.items()) + ANSWER


def _chain(table: str, rows: tuple[Row, ...]) -> str:
    parts = [
        f'"{row.rule}"' + (f" if {{ {'; '.join(map(_condition, row.when))} }}" if row.when else "") for row in rows
    ]
    return f"{table}_rule := " + "\n  else := ".join(parts) + "\n"


def _condition(condition: Condition) -> str:
    name, operator, value = condition
    name = name if name in COMPUTED else f"input.{name}"
    return f"{name} != null" if operator == "given" else f"{name} {operator} {json.dumps(value)}"
