"""The six credit rulesets as a decision graph of zen-engine, as its users would write it for speed.

Decision tables with expressions in their headers, one graph, the static loader that keeps it compiled.
zen is given its facts as it takes them fastest: money as whole cents, dates as numbers like 20261123, visits
in order and numbered. It names the rule that fired; the actions, which follow from the rule, it need not list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import zen

from rules.model.decision import Outcome

Json = dict[str, Any]
GRAPH = "credit"
ANY = ""
CAP = 50_000_000
BASE_LIMIT = {"甲": CAP, "乙": CAP * 6 // 10, "丙": CAP * 2 // 10}

TIER = (
    ["customer.broken_promises", "customer.is_intermediary", "customer.size", "customer.reputation",
     "customer.operations_stable", "credit.receivables", "customer.annual_trade", "customer.staff",
     "as_of < customer.founded_on + 10000"],
    [
        ("TIER-1", [">= 1", ANY, ANY, ANY, ANY, ANY, ANY, ANY, ANY], "丙"),
        ("TIER-2", [ANY, "true", ANY, ANY, ANY, ANY, ANY, ANY, ANY], "丙"),
        ("TIER-3", [ANY, ANY, "'large'", "'good'", "true", ANY, ANY, ANY, ANY], "甲"),
        ("TIER-4", [ANY, ANY, ANY, ANY, ANY, ">= 10000000", ANY, ANY, ANY], "丙"),
        ("TIER-5", [ANY, ANY, ANY, ANY, ANY, "< 10000000", ">= 50000000", ANY, ANY], "丙"),
        ("TIER-6", [ANY, ANY, "'small'", ANY, ANY, ANY, ANY, "< 30", ANY], "丙"),
        ("TIER-7", [ANY, ANY, ANY, ANY, ANY, ANY, ANY, ANY, "true"], "丙"),
        ("TIER-8", [ANY, ANY, ANY, "'good', 'average'", ANY, ANY, ANY, ANY, ANY], "乙"),
        ("TIER-9", [ANY, ANY, ANY, ANY, ANY, ANY, ANY, ANY, ANY], "丙"),
    ],
)  # fmt: skip
EXCEPTIONAL = (
    ["credit.bank_refusal in ['likely', 'occurred'] or credit.note_deferred or credit.deteriorated",
     "approval.given_by", "approval.purpose", "approval.special_limit"],
    [
        ("EXC-1a", ["true", "!= null", ANY, ANY], "restrict", "min([{o}, exposure])"),
        ("EXC-1b", ["true", ANY, ANY, ANY], "restrict", "min([{o}, exposure])"),
        ("EXC-2", [ANY, "'marketing_supervisor'", "'expand_trade'", "!= null and $ <= 50000000"],
         "special_limit", "approval.special_limit"),
        ("EXC-3", [ANY, ANY, ANY, "!= null"], "standard", "{o}"),
        ("EXC-4", [ANY, ANY, ANY, ANY], "standard", "{o}"),
    ],
)  # fmt: skip
ORDINARY = "min([credit.limit ?? base_limit, 50000000])"
UTILISATION = "effective_limit == 0 ? null : projected_exposure / effective_limit"
ESCALATION = (
    ["10 * projected_exposure - 9 * effective_limit", "projected_exposure - effective_limit"],
    [
        ("LIM-1", ["< 0", ANY], "within_limit"),
        ("LIM-2", [">= 0", "<= 0"], "report_to_supervisor"),
        ("LIM-3", [ANY, "> 0"], "escalate_to_general_manager"),
    ],
)  # fmt: skip
ADMIN, REPRESENTATIVE = "'database_administrator'", "'sales_representative'"
ACCESS = (
    ["access.role", "access.operation", "access.purpose", "access.assigned", "access.sensitive",
     "access.consent", "access.approved_by"],
    [
        ("ACC-1", ["'external'", ANY, ANY, ANY, ANY, ANY, ANY], "deny"),
        ("ACC-2", [ANY, ANY, "'marketing'", ANY, ANY, "false", ANY], "deny"),
        ("ACC-3a", [ADMIN, "'delete'", ANY, ANY, ANY, ANY, "'general_manager'"], "allow"),
        ("ACC-3b", [ANY, "'delete'", ANY, ANY, ANY, ANY, ANY], "deny"),
        ("ACC-4a", [ADMIN, "'export'", ANY, ANY, ANY, ANY, "'general_manager'"], "allow"),
        ("ACC-4b", [ADMIN, "'export'", ANY, ANY, ANY, ANY, ANY], "deny"),
        ("ACC-4c", [ANY, "'export'", ANY, ANY, ANY, ANY, ANY], "deny"),
        ("ACC-5a", [ADMIN, "'update'", ANY, ANY, ANY, ANY, ANY], "allow"),
        ("ACC-5b", [REPRESENTATIVE, "'update'", ANY, "true", ANY, ANY, ANY], "allow"),
        ("ACC-5c", [ANY, "'update'", ANY, ANY, ANY, ANY, ANY], "deny"),
        ("ACC-6", [f"{ADMIN}, 'general_manager', 'sales_manager'", "'read'", ANY, ANY, ANY, ANY, ANY], "allow"),
        ("ACC-7a", [REPRESENTATIVE, "'read'", ANY, "true", ANY, ANY, ANY], "allow"),
        ("ACC-7b", [REPRESENTATIVE, "'read'", ANY, ANY, ANY, ANY, ANY], "deny"),
        ("ACC-8a", ["'auditor'", "'read'", "'audit'", ANY, "true", ANY, "'none'"], "allow_masked"),
        ("ACC-8b", ["'auditor'", "'read'", "'audit'", ANY, ANY, ANY, ANY], "allow"),
        ("ACC-9", ["'customer_service'", "'read'", "'service'", ANY, ANY, ANY, ANY], "allow_masked"),
        ("ACC-10", [ANY, ANY, ANY, ANY, ANY, ANY, ANY], "deny"),
    ],
)  # fmt: skip
VISITS = (
    ["made", "streak"],
    [
        ("VIS-1", ["0", ANY], "schedule_first_visit"),
        ("VIS-2", [ANY, ">= 3"], "drop"),
        ("VIS-3a", [ANY, ">= 2"], "keep"),
        ("VIS-3b", [ANY, ANY], "keep"),
    ],
)


COUNTED = {
    "past": "filter(visits, #.on <= as_of)",
    "made": "len($.past)",
    "streak": "some($.past, #.effective) ? $.made - max(map(filter($.past, #.effective), #.number)) : $.made",
}


def engine() -> zen.ZenEngine:
    """zen with the graph compiled once."""
    return zen.ZenEngine({"loader": {"type": "static", "content": {GRAPH: graph()}}})


def graph() -> Json:
    """Tables that depend on nothing side by side, then those that read them."""
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        _expressions("exposure", {
            "exposure": "credit.receivables + credit.unsettled_notes",
            "projected_exposure": "credit.receivables + credit.unsettled_notes + (order.amount ?? 0)",
        }),
        table("tier", TIER[0], ["tier", "base_limit", "tier_rule"], [
            (cells, [_text(tier), str(BASE_LIMIT[tier]), _text(rule)]) for rule, cells, tier in TIER[1]
        ]),
        table("exceptional", EXCEPTIONAL[0], ["handling", "effective_limit", "limit_rule"], [
            (cells, [_text(handling), limit.replace("{o}", ORDINARY), _text(rule)])
            for rule, cells, handling, limit in EXCEPTIONAL[1]
        ]),
        table("escalation", ESCALATION[0], ["escalation", "utilisation", "escalation_rule"], [
            (cells, [_text(value), UTILISATION, _text(rule)]) for rule, cells, value in ESCALATION[1]
        ]),
        table("access", ACCESS[0], ["access", "access_rule"], [
            (cells, [_text(value), _text(rule)]) for rule, cells, value in ACCESS[1]
        ]),
        _expressions("counted", COUNTED),
        table("visits", VISITS[0], ["plan", "ineffective_streak", "visit_rule"], [
            (cells, [_text(value), "streak", _text(rule)]) for rule, cells, value in VISITS[1]
        ]),
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}},
    ]  # fmt: skip
    edges = [
        ("in", "exposure"), ("in", "tier"), ("in", "access"), ("in", "counted"), ("counted", "visits"),
        ("in", "exceptional"), ("exposure", "exceptional"), ("tier", "exceptional"),
        ("exposure", "escalation"), ("exceptional", "escalation"),
        *((name, "out") for name in ("exposure", "tier", "exceptional", "escalation", "access", "visits")),
    ]  # fmt: skip
    joined = [{"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in edges]
    return {"nodes": nodes, "edges": joined}


def table(
    name: str, fields: Sequence[str], outputs: Sequence[str], rows: Sequence[tuple[Sequence[str], Sequence[str]]]
) -> Json:
    """A decision table with hit policy first."""
    ins = [{"id": f"i{n}", "name": field, "field": field} for n, field in enumerate(fields)]
    outs = [{"id": f"o{n}", "name": field, "field": field} for n, field in enumerate(outputs)]
    rules = [
        {"_id": f"{name}-{n}"}
        | {f"i{i}": cell for i, cell in enumerate(cells)}
        | {f"o{i}": value for i, value in enumerate(values)}
        for n, (cells, values) in enumerate(rows)
    ]
    content = {"hitPolicy": "first", "inputs": ins, "outputs": outs, "rules": rules, "executionMode": "single",
               "passThrough": False, "inputField": None, "outputPath": None}  # fmt: skip
    return {"id": name, "type": "decisionTableNode", "name": name, "position": {"x": 0, "y": 0}, "content": content}


def _expressions(name: str, expressions: Mapping[str, str]) -> Json:
    content = {
        "expressions": [{"id": key, "key": key, "value": value} for key, value in expressions.items()],
        "passThrough": False, "inputField": None, "outputPath": None, "executionMode": "single",
    }  # fmt: skip
    return {"id": name, "type": "expressionNode", "name": name, "position": {"x": 0, "y": 0}, "content": content}


def _text(value: str) -> str:
    return f"'{value}'"


def context(facts: Mapping[str, Any], as_of: dt.date) -> Json:
    """The facts as zen takes them fastest."""
    made: Json = {"as_of": number(as_of), "approval": {}, "order": {}}
    for name, value in facts.items():
        group, _, field = name.rpartition(".")
        if group:
            made.setdefault(group, {})[field] = _plain(name, value)
    visits = sorted(facts["visits"], key=lambda visit: visit["on"])
    made["visits"] = [{**v, "on": number(v["on"]), "number": n} for n, v in enumerate(visits, 1)]
    return made


def number(date: dt.date) -> int:
    """A date as zen compares it fastest: 20261123."""
    return date.year * 10_000 + date.month * 100 + date.day


MONEY = {
    "customer.annual_trade", "credit.receivables", "credit.unsettled_notes", "credit.limit", "order.amount",
    "approval.special_limit",
}  # fmt: skip


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, dt.date):
        return number(value)
    if isinstance(value, Decimal):
        return int(value * 100) if name in MONEY else int(value)
    return value


def differences(outcomes: Mapping[str, Outcome], answer: Json) -> list[str]:
    """Where zen and the product disagree about values or rules."""
    found = []
    for ruleset, keys, rule in READ:
        outcome = outcomes[ruleset]
        for key in keys:
            if not _same(outcome.values[key], answer.get(key)):
                found.append(f"{key}: {outcome.values[key]} and {answer.get(key)}")
        if rule and outcome.rules != (answer[rule],):
            found.append(f"{outcome.rules} and {answer[rule]}")
    return found


READ = (
    ("credit_exposure", ("exposure", "projected_exposure"), ""),
    ("credit_tier", ("tier", "base_limit"), "tier_rule"),
    ("exceptional_limit", ("handling", "effective_limit"), "limit_rule"),
    ("limit_escalation", ("escalation", "utilisation"), "escalation_rule"),
    ("customer_database_access", ("access",), "access_rule"),
    ("visit_plan", ("plan", "ineffective_streak"), "visit_rule"),
)


def _same(ours: Any, theirs: Any) -> bool:
    if not isinstance(ours, Decimal) or theirs is None:
        return bool(ours == theirs)
    scaled = [ours, ours * 100]  # money is in cents over there
    return any(abs(float(s) - theirs) <= 1e-12 * max(1.0, abs(theirs)) for s in scaled)
