"""Outcomes as the JSON that answers and records show; all that the policy fixes is made once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, NamedTuple, TypeVar

from rules.check.checked import CheckedPolicySet, CheckedRuleset
from rules.engines.base import NearMisses
from rules.engines.explain import conditions_of
from rules.model.decision import WORST_LAST, Outcome, Required, Status
from rules.model.policy import Action, Bilingual, Output, Ruleset
from rules.model.types import INTEGER, ListType, Type
from rules.model.values import DateTime, Value
from service import messages
from service.facts import writer
from service.ledger.canonical import Written, written
from service.ledger.entry import Facet
from service.moments import moment

Json = dict[str, Any]
Write = Callable[[Value], Any]

_Asked = tuple[str, str | None]
"""A ruleset, and its rule that asks for an action; None where the ruleset does, whatever the outcome."""

MOST_KNOWN: Final = 2_000
"""Outcomes of one ruleset, and what they require, that are kept as they were written."""

_Kept = TypeVar("_Kept")

_GOOD: Final[frozenset[Status]] = frozenset({"decided"})
_MANY: Final = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")


class Duty(NamedTuple):
    """A required action with its arguments written; `days` where the deadline counts from the decision date."""

    stem: str
    """The action and its arguments: equal where these are."""
    action: str
    params: Json
    due: str | None
    days: int | None
    asked: tuple[_Asked, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Duties:
    """What an outcome requires. Made once for all that require the same: two are equal if they are one."""

    all: tuple[Duty, ...]


class Shown(NamedTuple):
    """An outcome that can be shown, its JSON, what it can be found by, and what it requires."""

    outcome: Outcome
    document: Written
    facets: tuple[Facet, ...]
    duties: Duties


NOTHING: Final = Duties(())


class _Known(dict[Any, _Kept], Generic[_Kept]):
    """What was made before, by all that can differ between two; most comes again."""

    def keep(self, key: Any, made: _Kept) -> _Kept:
        """Keep what was made; where there is too much, nothing else."""
        if len(self) >= MOST_KNOWN:
            self.clear()
        self[key] = made
        return made


def bilingual(label: Bilingual) -> Json:
    """A label as JSON."""
    return {"zh": label.zh, "en": label.en}


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of some statuses; of none, decided."""
    found = {*statuses}
    return "decided" if found <= _GOOD else max(found, key=WORST_LAST.index)


def failed(outcome: Outcome, fault: str) -> Outcome:
    """The same outcome failed closed: nothing of it may be acted upon."""
    return outcome._replace(status="error", values={}, rules=(), actions=(), missing_facts=(), faults=(fault,))


def shown_type(ruleset: Ruleset, output: Output) -> Type:
    """The type of an output in an outcome; where every rule that holds counts, a list of what they set."""
    if output.computed is not None or ruleset.hit_policy not in _MANY:
        return output.type
    if ruleset.aggregator == "COUNT":
        return INTEGER
    return output.type if ruleset.aggregator is not None else ListType(output.type)


class _Ruleset:
    """What is fixed about the outcomes of one ruleset, written once."""

    def __init__(self, checked: CheckedRuleset, zone: str) -> None:
        source = checked.source
        self.name = source.name
        self.hit_policy = source.hit_policy
        self.clause = ", ".join(clause for clause, _ in source.clauses)
        self.writers = {name: _writer(source, output, zone) for name, output in source.outputs.items()}
        self.labels = {name: labels for name, o in source.outputs.items() if (labels := _labels(o))}
        self.clauses = {rule.id: rule.clause for rule in source.rules}
        shown = [{"id": rule.id, "clause": rule.clause, "because": bilingual(rule.because)} for rule in source.rules]
        self.rules = {str(rule["id"]): written(rule) for rule in shown}
        self.possible_rules = {str(rule["id"]): written({**rule, "possible": True}) for rule in shown}
        self.conditions = [
            [
                written({"id": rule.id, "clause": rule.clause, "condition": one.text})
                for one in conditions_of(checked, place)
            ]
            for place, rule in enumerate(source.rules)
        ]
        self.known: _Known[Shown] = _Known()
        self.duties: _Known[Duties] = _Known()
        """Fewer than outcomes, for the values of two may differ where their actions do not."""


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
        self._required: _Known[Written] = _Known()

    def shown(self, name: str, outcome: Outcome, near: NearMisses = None) -> Shown:
        """The outcome and its JSON; one with a value that JSON cannot hold exactly becomes an error.

        `near` are the rules, by position, that one condition alone, by position, kept from holding; None
        where that was not asked.
        """
        ruleset = self._rulesets[name]
        if outcome.status != "decided" or not outcome.certain or not outcome.exact:
            return self._made(ruleset, outcome, near)
        key = (near, outcome.rules, outcome.actions, *outcome.values.values())
        try:
            return ruleset.known.get(key) or ruleset.known.keep(key, self._made(ruleset, outcome, near))
        except TypeError:  # a list among the values
            return self._made(ruleset, outcome, near)

    def required_actions(self, shown: Iterable[Shown], as_of: dt.date) -> Written:
        """The actions of all outcomes; the same one, with the same arguments and deadline, once with every reason."""
        duties = tuple([one.duties for one in shown])
        key = (as_of, duties)
        return self._required.get(key) or self._required.keep(key, written(self._merged(duties, as_of)))

    def _merged(self, duties: Iterable[Duties], as_of: dt.date) -> list[Json]:
        merged: dict[tuple[str, str | None], tuple[Duty, dict[_Asked, None]]] = {}
        for duty in (duty for one in duties for duty in one.all):
            due = duty.due
            if due is None and duty.days is not None:
                due = (as_of + dt.timedelta(days=duty.days)).isoformat()
            _, asked = merged.setdefault((duty.stem, due), (duty, {}))
            asked.update(dict.fromkeys(duty.asked))
        return [self._required_action(duty, due, asked) for (_, due), (duty, asked) in merged.items()]

    def _required_action(self, duty: Duty, due: str | None, asked: Iterable[_Asked]) -> Json:
        reasons = [self._reason(*one) for one in asked]
        return {**self._actions[duty.action].fixed, "due": due, "params": duty.params, "reasons": reasons}

    def _made(self, ruleset: _Ruleset, outcome: Outcome, near: NearMisses) -> Shown:
        try:
            return Shown(outcome, *_document(ruleset, outcome, near), self._duties(ruleset, outcome))
        except ValueError as error:
            outcome = failed(outcome, str(error))
            return Shown(outcome, *_document(ruleset, outcome, None), NOTHING)

    def _duties(self, ruleset: _Ruleset, outcome: Outcome) -> Duties:
        if not outcome.actions:
            return NOTHING
        key = (outcome.rules, outcome.actions)
        try:
            return ruleset.duties.get(key) or ruleset.duties.keep(key, self._made_duties(ruleset.name, outcome))
        except TypeError:  # a list among the arguments
            return self._made_duties(ruleset.name, outcome)

    def _made_duties(self, name: str, outcome: Outcome) -> Duties:
        return Duties(tuple(self._duty(name, outcome, required) for required in outcome.actions))

    def _duty(self, name: str, outcome: Outcome, required: Required) -> Duty:
        action = self._actions[required.action]
        params = {
            name: None if value is None else action.writers[name](value) for name, value in required.arguments
        }
        due = required.due
        if due is not None:
            due = moment(due, self._zone) if isinstance(due, DateTime) else str(due)
        # The rule that asks; for an action whatever the outcome, each rule that fired.
        asked = (required.rule,) if required.rule is not None else outcome.rules or (None,)
        stem = f"{required.action} {params}"
        days = action.due_days if due is None else None
        return Duty(stem, required.action, params, due, days, tuple((name, rule) for rule in asked))

    def _reason(self, name: str, rule: str | None) -> Json:
        ruleset = self._rulesets[name]
        return {"ruleset": name, "rule": rule, "clause": ruleset.clause if rule is None else ruleset.clauses[rule]}


def _document(ruleset: _Ruleset, outcome: Outcome, near: NearMisses) -> tuple[Written, tuple[Facet, ...]]:
    rules = ruleset.rules if outcome.certain else ruleset.possible_rules
    values = {name: None if value is None else ruleset.writers[name](value) for name, value in outcome.values.items()}
    labels = {
        name: _label_of(known, outcome.values[name])
        for name, known in ruleset.labels.items()
        if outcome.values.get(name) is not None
    }
    document: Json = {
        "status": outcome.status,
        "values": values,
        "rules": [rules[rule] for rule in outcome.rules],
        "missing_facts": list(outcome.missing_facts),
    }
    if labels:
        document["labels"] = labels
    if not outcome.exact:
        document["exact"] = False
    if near is not None:
        document["near_misses"] = [ruleset.conditions[rule][condition] for rule, condition in near]
    if outcome.status == "error":
        document["detail"] = "; ".join(outcome.faults)
    elif outcome.status == "conflict":
        document["detail"] = messages.conflict_detail(outcome.rules, ruleset.hit_policy)
    return written(document), _facets(ruleset.name, outcome.status, values, labels)


def _facets(name: str, status: Status, values: Json, labels: Json) -> tuple[Facet, ...]:
    """What a decision can be found by: an outcome's texts and booleans, or its status where it has none."""
    if status != "decided":
        return (Facet(name, status, None, status),)
    found = [
        Facet(name, status, output, text)
        for output, value in values.items()
        if output in labels or isinstance(value, bool)
        for text in _texts(value)
    ]
    return tuple(dict.fromkeys(found or [Facet(name, status, None, None)]))


def _texts(value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else [value]


def _writer(ruleset: Ruleset, output: Output, zone: str) -> Write:
    """How an output is written."""
    return writer(shown_type(ruleset, output), zone)


def _action(action: Action, zone: str) -> _Action:
    fixed = {"action": action.name, "by": action.by, "to": action.to, "label": written(bilingual(action.label))}
    return _Action(fixed, action.due_days, {name: writer(type_, zone) for name, type_ in action.parameters.items()})


def _labels(output: Output) -> Json:
    return {value: written(bilingual(label)) for value, label in output.value_labels.items()}


def _label_of(labels: Json, value: Value) -> Any:
    """The label of an enum value; of a list of them, a list."""
    return [_label_of(labels, item) for item in value] if isinstance(value, list) else labels.get(value)
