"""`/v1/rulesets`: what can be decided, and the rules as they are written."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, abort

from rules.check.checked import CheckedPolicySet, CheckedRuleset
from rules.model.policy import ActionCall, Condition, Output, Rule
from rules.model.types import describe
from service.api import policy_document
from service.api.fixed import Fixed
from service.api.routes import Routes
from service.callers.scopes import ANY
from service.present import bilingual


def blueprint(checked: CheckedPolicySet) -> Routes:
    """The routes under `/v1/rulesets`; every answer is made once."""
    routes = Routes("rulesets", "what can be decided, and by which rules")
    listed = {
        "policy": {"release": checked.release, "label": checked.policy.label},
        "items": [_summary(ruleset) for ruleset in checked.rulesets.values()],
    }
    whole = Fixed(orjson.dumps(listed))
    each = {name: Fixed(orjson.dumps(details(ruleset))) for name, ruleset in checked.rulesets.items()}

    @routes.at("/v1/rulesets", policy_document.LIST_RULESETS, needs=ANY)
    def every() -> Response:
        """All rulesets of the policy in force"""
        return whole.response()

    @routes.at("/v1/rulesets/<name>", policy_document.GET_RULESET, needs=ANY)
    def one(name: str) -> Response:
        """One ruleset with its rules as written"""
        return each[name].response() if name in each else abort(404)

    return routes


def details(ruleset: CheckedRuleset) -> dict[str, Any]:
    """A ruleset in full."""
    source = ruleset.source
    return {
        **_summary(ruleset),
        "note": source.note,
        "let": {name: expression.cell.text for name, expression in source.lets.items()},
        "outputs": {name: _output(output) for name, output in source.outputs.items()},
        "actions": [_call(call) for call in source.actions],
        "rules": [_rule(rule) for rule in source.rules],
        "facts": sorted(ruleset.facts),
        "needs": sorted(ruleset.needs),
    }


def _summary(ruleset: CheckedRuleset) -> dict[str, Any]:
    source = ruleset.source
    return {
        "name": ruleset.name,
        "title": bilingual(source.title),
        "clauses": [clause for clause, _ in source.clauses],
        "pack": source.pack,
        "hit_policy": source.hit_policy,
        "aggregator": source.aggregator,
        "requires": list(ruleset.requires),
    }


def _output(output: Output) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "label": bilingual(output.label),
        "type": "enum" if output.value_labels else None,
    }
    shown["type"] = shown["type"] or describe(output.type)
    if output.value_labels:
        shown["values"] = {value: bilingual(label) for value, label in output.value_labels.items()}
    if output.computed is not None:
        shown["computed"] = output.computed.cell.text
    if output.default is not None:
        shown["default"] = output.default.cell.text
    return shown


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "clause": rule.clause,
        "when": [_condition(condition) for condition in rule.conditions],
        "then": {name: expression.cell.text for name, expression in rule.then.items()},
        "actions": [_call(call) for call in rule.actions],
        "because": bilingual(rule.because),
        "note": rule.note,
        "file": rule.span.file,
        "line": rule.span.line,
    }


def _condition(condition: Condition) -> dict[str, Any]:
    """The expression as written; for a cell of a table also the input that it tests."""
    if condition.column is None:
        return {"test": condition.test.cell.text}
    return {"input": condition.column.input.cell.text, "test": condition.test.cell.text}


def _call(call: ActionCall) -> dict[str, Any]:
    arguments = {name: value.cell.text for name, value in call.arguments.items()}
    shown: dict[str, Any] = {"action": call.action, "arguments": arguments}
    if call.when is not None:
        shown["when"] = call.when.cell.text
    return shown
