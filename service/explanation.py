"""Traces as the JSON that an explanation shows: every rule's verdict, and where each value came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.check.checked import CheckedPolicySet, CheckedRuleset
from rules.engines.explain import UNKNOWN, ComputedTrace, ConditionTrace, RulesetTrace, RuleTrace, explain
from rules.engines.items import ItemsTrace
from rules.model.values import Value
from service.facts import writer
from service.present import bilingual
from service.repository import LoadedPolicy
from service.request import Request

Json = dict[str, Any]


class Explainer:
    """Shows the traces of one policy."""

    def __init__(self, checked: CheckedPolicySet) -> None:
        self._checked = checked

    def shown(self, trace: RulesetTrace) -> Json:
        """One ruleset: its rules in order, and its computed facts."""
        ruleset = self._checked.rulesets[trace.name]
        written = {rule.id: rule for rule in ruleset.source.rules}
        return {
            "ruleset": trace.name,
            "title": bilingual(ruleset.source.title),
            "status": trace.outcome.status,
            "hit_policy": ruleset.hit_policy,
            "rules": [
                {
                    "id": rule.id,
                    "clause": written[rule.id].clause,
                    "because": bilingual(written[rule.id].because),
                    "verdict": rule.verdict,
                    "fired": rule.fired,
                    "place": _place(written[rule.id].span.file, written[rule.id].span.line),
                    "conditions": [self._condition(ruleset, c) for c in rule.conditions],
                    "stopped_by": rule.stopped_by.text if rule.stopped_by and not rule.fired else None,
                }
                for rule in trace.rules
            ],
            "computed": [self._computed(ruleset, computed) for computed in trace.computed],
        }

    def near_misses(self, trace: RulesetTrace) -> list[Json]:
        """The rules that one condition alone kept from holding."""
        return [self._near(trace, rule) for rule in trace.rules if not rule.fired and rule.near_miss is not None]

    def _near(self, trace: RulesetTrace, rule: RuleTrace) -> Json:
        assert rule.near_miss is not None
        return {"id": rule.id, **self._condition(self._checked.rulesets[trace.name], rule.near_miss)}

    def _condition(self, ruleset: CheckedRuleset, condition: ConditionTrace) -> Json:
        return {
            "text": condition.text,
            "verdict": condition.verdict,
            "place": _place(condition.span.file, condition.span.line, condition.span.column),
            "reads": self._reads(ruleset, condition.reads),
        }

    def _computed(self, ruleset: CheckedRuleset, computed: ComputedTrace) -> Json:
        shown: Json = {
            "name": computed.name,
            "text": computed.text,
            "reads": self._reads(ruleset, computed.reads),
            **self._value(ruleset, computed.name, computed.value),
        }
        if computed.items is not None:
            shown["items"] = self._items(ruleset, computed.name, computed.items)
        return shown

    def _items(self, ruleset: CheckedRuleset, name: str, items: ItemsTrace) -> Json:
        write = writer(ruleset.types[name].type)

        def listed(some: tuple[tuple[int, Value], ...]) -> list[Json]:
            return [{"place": place, "item": write([item])[0]} for place, item in some]

        return {"source": items.source, "kept": listed(items.kept), "left_out": listed(items.left_out)}

    def _reads(self, ruleset: CheckedRuleset, reads: Mapping[str, Value]) -> list[Json]:
        return [
            {"name": name, "kind": self._kind(ruleset, name), **self._value(ruleset, name, value)}
            for name, value in reads.items()
        ]

    def _value(self, ruleset: CheckedRuleset, name: str, value: Value) -> Json:
        """`value`, or `unknown: true` where it depends on facts that are absent."""
        if value is UNKNOWN:
            return {"unknown": True}
        return {"value": None if value is None else writer(ruleset.types[name].type)(value)}

    def _kind(self, ruleset: CheckedRuleset, name: str) -> str:
        policy = self._checked.policy
        if name in policy.facts:
            return "fact"
        if name in policy.parameters:
            return "parameter"
        if name in ruleset.lets:
            return "computed"
        return "ruleset" if "." in name else "clock"


def _place(file: str, line: int, column: int | None = None) -> str:
    return f"{file}:{line}" if column is None else f"{file}:{line}:{column}"


def explained(policy: LoadedPolicy, request: Request) -> list[Json]:
    """Every ruleset that the request asks for or needs, those needed first; derived by the defining engine."""
    outcomes = policy.reference.decide(request.asked, request.facts, request.as_of)
    explainer = Explainer(policy.checked)
    return [explainer.shown(trace) for trace in explain(policy.checked, outcomes, request.facts, request.as_of)]
