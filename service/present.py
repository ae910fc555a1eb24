"""Outcomes as the JSON that answers and records show; all that the policy fixes is made once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from rules.check.checked import CheckedPolicySet, CheckedRuleset
from rules.engines.explain import conditions_of
from rules.model.decision import WORST_LAST, Outcome, Required, Status
from rules.model.policy import Action, Bilingual, Output, Ruleset
from rules.model.types import INTEGER
from rules.model.values import DateTime, Value
from service import messages
from service.facts import writer
from service.moments import moment

Json = dict[str, Any]
Write = Callable[[Value], Any]


_MANY: Final = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")


class Shown(NamedTuple):
    """An outcome that can be shown, its JSON, and the written arguments of each action it requires."""

    outcome: Outcome
    document: Json
    params: list[Json]


def bilingual(label: Bilingual) -> Json:
    """A label as JSON."""
    return {"zh": label.zh, "en": label.en}


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of some statuses; of none, decided."""
    return max(statuses, key=WORST_LAST.index, default="decided")


def failed(outcome: Outcome, fault: str) -> Outcome:
    """The same outcome failed closed: nothing of it may be acted upon."""
    return replace(outcome, status="error", values={}, rules=(), actions=(), missing_facts=(), faults=(fault,))


class _Ruleset:
    """What is fixed about the outcomes of one ruleset."""

    def __init__(self, checked: CheckedRuleset, zone: str) -> None:
        source = checked.source
        self.name = source.name
        self.hit_policy = source.hit_policy
        self.clause = ", ".join(clause for clause, _ in source.clauses)
        self.writers = {name: _writer(source, output, zone) for name, output in source.outputs.items()}
        self.labels = {name: labels for name, o in source.outputs.items() if (labels := _labels(o))}
        self.clauses = {rule.id: rule.clause for rule in source.rules}
        self.rules = {
            rule.id: {"id": rule.id, "clause": rule.clause, "because": bilingual(rule.because)} for rule in source.rules
        }
        self.possible_rules = {name: {**rule, "possible": True} for name, rule in self.rules.items()}
        self.conditions = [
            [{"id": rule.id, "clause": rule.clause, "condition": written.text} for written in conditions_of(checked, i)]
            for i, rule in enumerate(source.rules)
        ]


@dataclass(frozen=True, slots=True)
class _Action:
    """What is fixed about one action."""

    fixed: Json
    due_days: int | None
    writers: Mapping[str, Write]


class Presenter:
    """Shows the outcomes of one policy."""

    def __init__(self, checked: CheckedPolicySet) -> None:
        zone = checked.policy.calendar.zone
        self._zone = zone
        self._rulesets = {name: _Ruleset(ruleset, zone) for name, ruleset in checked.rulesets.items()}
        self._actions = {name: _action(action, zone) for name, action in checked.policy.actions.items()}

    def shown(self, name: str, outcome: Outcome) -> Shown:
        """The outcome and its JSON; one with a value that JSON cannot hold exactly becomes an error."""
        try:
            params = [self._params(required) for required in outcome.actions]
            return Shown(outcome, self._document(self._rulesets[name], outcome), params)
        except ValueError as error:
            outcome = failed(outcome, str(error))
            return Shown(outcome, self._document(self._rulesets[name], outcome), [])

    def near_misses(self, name: str, near: Iterable[tuple[int, int]]) -> list[Json]:
        """Rules by position, each with the only condition that did not hold."""
        conditions = self._rulesets[name].conditions
        return [conditions[rule][condition] for rule, condition in near]

    def required_actions(self, shown: Mapping[str, Shown], as_of: dt.date) -> list[Json]:
        """The actions of all outcomes; the same one, with the same arguments and deadline, once with every reason."""
        merged: dict[str, Json] = {}
        for name, (outcome, _, written) in shown.items():
            for required, params in zip(outcome.actions, written, strict=True):
                due = self._due(required, as_of)
                duty = merged.get(key := f"{required.action} {params} {due}")
                if duty is None:
                    fixed = self._actions[required.action].fixed
                    merged[key] = duty = {**fixed, "due": due, "params": params, "reasons": []}
                for reason in self._reasons(name, outcome, required):
                    if reason not in duty["reasons"]:
                        duty["reasons"].append(reason)
        return list(merged.values())

    def _document(self, ruleset: _Ruleset, outcome: Outcome) -> Json:
        rules = ruleset.rules if outcome.certain else ruleset.possible_rules
        document: Json = {
            "status": outcome.status,
            "values": {
                name: None if value is None else ruleset.writers[name](value) for name, value in outcome.values.items()
            },
            "rules": [rules[rule] for rule in outcome.rules],
            "missing_facts": list(outcome.missing_facts),
        }
        labels = {
            name: _label_of(known, outcome.values[name])
            for name, known in ruleset.labels.items()
            if outcome.values.get(name) is not None
        }
        if labels:
            document["labels"] = labels
        if not outcome.exact:
            document["exact"] = False
        if outcome.status == "error":
            document["detail"] = "; ".join(outcome.faults)
        elif outcome.status == "conflict":
            document["detail"] = messages.conflict_detail(outcome.rules, ruleset.hit_policy)
        return document

    def _params(self, required: Required) -> Json:
        writers = self._actions[required.action].writers
        return {name: None if value is None else writers[name](value) for name, value in required.arguments}

    def _due(self, required: Required, as_of: dt.date) -> str | None:
        """The computed deadline, or the action's own days after the decision date; None for a standing duty."""
        if required.due is not None:
            return moment(required.due, self._zone) if isinstance(required.due, DateTime) else str(required.due)
        days = self._actions[required.action].due_days
        return None if days is None else (as_of + dt.timedelta(days=days)).isoformat()

    def _reasons(self, name: str, outcome: Outcome, required: Required) -> list[Json]:
        """The rule that asks; for an action whatever the outcome, each rule that fired."""
        ruleset = self._rulesets[name]
        rules = (required.rule,) if required.rule is not None else outcome.rules
        if not rules:
            return [{"ruleset": name, "rule": None, "clause": ruleset.clause}]
        return [{"ruleset": name, "rule": rule, "clause": ruleset.clauses[rule]} for rule in rules]


def _writer(ruleset: Ruleset, output: Output, zone: str) -> Write:
    """How an output is written; where every rule that holds counts, it is a list of what they set."""
    write = writer(output.type, zone)
    if output.computed is not None or ruleset.hit_policy not in _MANY:
        return write
    if ruleset.aggregator == "COUNT":
        return writer(INTEGER)
    if ruleset.aggregator is not None:
        return write
    return lambda values: [None if value is None else write(value) for value in values]


def _action(action: Action, zone: str) -> _Action:
    fixed = {"action": action.name, "by": action.by, "to": action.to, "label": bilingual(action.label)}
    return _Action(fixed, action.due_days, {name: writer(type_, zone) for name, type_ in action.parameters.items()})


def _labels(output: Output) -> Json:
    return {value: bilingual(label) for value, label in output.value_labels.items()}


def _label_of(labels: Json, value: Value) -> Any:
    """The label of an enum value; of a list of them, a list."""
    return [_label_of(labels, item) for item in value] if isinstance(value, list) else labels.get(value)
