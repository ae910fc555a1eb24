"""Drools (drools_jpy, in a JVM of this process): a rule for each row, one event a case.

It tells every rule that matches; the first of each table counts. It has no arithmetic, so that is plain Python,
and what depends on a limit is a second event. The rules are the conditions of Ansible rulebooks, parsed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from drools.ruleset import RulesetCollection

from bench.peers import plain
from bench.peers.policy import TABLES, Condition, Row

Json = dict[str, Any]
prepare = plain.flat
OPERATORS = {
    "==": "EqualsExpression", "<": "LessThanExpression", "<=": "LessThanOrEqualToExpression",
    ">=": "GreaterThanOrEqualToExpression", ">": "GreaterThanExpression", "in": "ItemInListExpression",
}  # fmt: skip
FIRST = {row.rule: (table, n) for table, rows in TABLES.items() for n, row in enumerate(rows)}


def make() -> Callable[[Json], Json]:
    """Decides one case."""
    os.environ.setdefault("JAVA_HOME", _java_home())
    api = RulesetCollection.api()
    facts_rules = api.createRuleset(_ruleset([name for name in TABLES if name != "escalation"]))
    limit_rules = api.createRuleset(_ruleset(["escalation"]))

    def fired(session: int, event: Json) -> dict[str, str]:
        """The first rule of each table."""
        matches = orjson.loads(api.assertEvent(session, orjson.dumps(event).decode()))
        places = sorted((FIRST[name] for match in matches for name in match if name in FIRST), reverse=True)
        return {table: TABLES[table][row].rule for table, row in places}

    def decide(facts: Json) -> Json:
        made, streak = plain.streak(facts["visits"], facts["as_of"])
        exposure, projected = plain.exposures(facts)
        event = {name: value for name, value in facts.items() if value is not None and name != "visits"}
        event |= {"in_doubt": plain.in_doubt(facts), "new_firm": plain.is_new(facts), "made": made, "streak": streak}
        rules = fired(facts_rules, event)
        effective = plain.effective_limit(rules["limit"], facts, plain.base_limit(rules["tier"]), exposure)
        rules |= fired(limit_rules, {"near": 10 * projected - 9 * effective, "over": projected - effective})
        return plain.answer((exposure, projected), [rules[table] for table in TABLES], effective, streak)

    return decide


def _java_home() -> str:
    """Where the JDK is, which jpy does not look for on the path."""
    java = shutil.which("java")
    if java is None:
        raise SystemExit("Drools needs Java 17; on Debian or Ubuntu: apt-get install default-jdk-headless")
    return str(Path(java).resolve().parent.parent)


def _ruleset(tables: list[str]) -> str:
    rules = [{"Rule": _rule(row)} for table in tables for row in TABLES[table]]
    return json.dumps({"name": "-".join(tables), "hosts": ["all"], "sources": [], "rules": rules,
                       "match_multiple_rules": True})  # fmt: skip


def _rule(row: Row) -> Json:
    conditions = [_condition(one) for one in row.when] or [{"IsDefinedExpression": {"Event": "made"}}]
    condition = conditions[0]
    for one in conditions[1:]:
        condition = {"AndExpression": {"lhs": condition, "rhs": one}}
    return {"name": row.rule, "condition": {"AllCondition": [condition]}, "enabled": True,
            "actions": [{"Action": {"action": "none", "action_args": {}}}]}  # fmt: skip


def _condition(condition: Condition) -> Json:
    name, operator, value = condition
    left = {"Event": name.replace(".", "_")}
    if operator == "given":
        return {"IsDefinedExpression": left}
    right = [_literal(one) for one in value] if isinstance(value, tuple) else _literal(value)
    return {OPERATORS[operator]: {"lhs": left, "rhs": right}}


def _literal(value: Any) -> Json:
    kind = "Boolean" if isinstance(value, bool) else "Integer" if isinstance(value, int) else "String"
    return {kind: value}
