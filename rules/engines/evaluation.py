"""What a ruleset means when every fact it needs is present: rule by rule, exactly as written.

This is the definition. It is plain on purpose and never optimised; other engines are judged against it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from rules.check.checked import CheckedCall, CheckedPolicySet, CheckedRule, CheckedRuleset
from rules.engines.answer import Answer, Row, Unanswerable, answer, fitted
from rules.feel.evaluate import Fault, evaluate
from rules.model.decision import Outcome, Required
from rules.model.expr import Expr
from rules.model.types import Type
from rules.model.values import Value


class Evaluator(Protocol):
    """How expressions get their values; facts that are absent need another one than those present."""

    def value(self, tree: Expr, scope: Scope, faults: list[Fault]) -> Value:
        """The value of an expression."""
        ...

    def truth(self, tree: Expr, scope: Scope, faults: list[Fault]) -> Value:
        """The value of a condition: true, false or null."""
        ...

    def fitted(self, value: Value, type_: Type) -> Value:
        """A value as an output or argument of the type takes it."""
        ...

    def answer(self, ruleset: CheckedRuleset, rows: Sequence[Row], defaults: Row) -> Answer:
        """What the rules that hold come to under the hit policy."""
        ...


class Plain:
    """Every name has a known value."""

    def value(self, tree: Expr, scope: Scope, faults: list[Fault]) -> Value:
        """See `Evaluator`."""
        return evaluate(tree, scope, faults)

    truth = value
    fitted = staticmethod(fitted)
    answer = staticmethod(answer)


class Scope(Mapping[str, Value]):
    """The names of one ruleset: facts, parameters, the clock, computed facts, outputs of others.

    Computed facts and other rulesets are evaluated when first read, so that what a rule does not read
    cannot spoil it. A fault on the way to a value is told again to every reader of that value: `x != 5` is true of
    null, but not where x is a fault.
    """

    def __init__(self, evaluation: Evaluation, ruleset: CheckedRuleset) -> None:
        self.evaluation = evaluation
        self.ruleset = ruleset
        self.outputs: dict[str, Value] = {}
        self.faults: list[Fault] = []
        self._lets: dict[str, tuple[Value, tuple[Fault, ...]]] = {}

    def __getitem__(self, name: str) -> Value:
        if name in self.ruleset.lets:
            return self._let(name)
        if name in self.outputs:
            return self.outputs[name]
        if name in self.evaluation.base:
            return self.evaluation.base[name]
        ruleset, _, output = name.rpartition(".")
        if ruleset not in self.ruleset.requires:
            raise KeyError(name)
        outcome = self.evaluation.outcome(ruleset)
        if outcome.status != "decided":
            why = "; ".join(outcome.faults) or outcome.status
            self.faults.append(Fault(f"`{ruleset}` has no answer: {why}", 0, 0))
            return None
        return outcome.values[output]

    def _let(self, name: str) -> Value:
        if name not in self._lets:
            faults: list[Fault] = []
            outer, self.faults = self.faults, faults
            value = self.evaluation.evaluator.value(self.ruleset.lets[name], self, faults)
            self.faults = outer
            self._lets[name] = (value, tuple(faults))
        value, found = self._lets[name]
        self.faults.extend(found)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self.ruleset.types)

    def __len__(self) -> int:
        return len(self.ruleset.types)

    def value(self, tree: Expr, what: str) -> Value:
        """The value of an expression; raises Unanswerable where a fault counts."""
        faults: list[Fault] = []
        self.faults = faults
        return self._sound(self.evaluation.evaluator.value(tree, self, faults), what)

    def truth(self, tree: Expr, what: str) -> Value:
        """Whether a condition is true, false or null; raises Unanswerable where a fault counts."""
        faults: list[Fault] = []
        self.faults = faults
        return self._sound(self.evaluation.evaluator.truth(tree, self, faults), what)

    def holds(self, tree: Expr, what: str) -> bool:
        """Whether a condition is true; raises Unanswerable where a fault counts."""
        return self.truth(tree, what) is True

    def _sound(self, value: Value, what: str) -> Value:
        if self.faults:
            raise Unanswerable([f"{what}: {fault.message}" for fault in self.faults])
        return value


class Evaluation:
    """One set of facts under one policy: evaluates each ruleset at most once."""

    def __init__(
        self,
        checked: CheckedPolicySet,
        facts: Mapping[str, Value],
        as_of: dt.date,
        evaluator: Evaluator | None = None,
    ) -> None:
        self.checked = checked
        self.as_of = as_of
        self.evaluator: Evaluator = evaluator or Plain()
        self.base: dict[str, Value] = {"as_of": as_of}
        self.base.update((p.name, p.value) for p in checked.policy.parameters.values())
        for fact in checked.policy.facts.values():
            value = facts.get(fact.name)
            if value is not None or not fact.required:
                self.base[fact.name] = fact.when_absent if value is None else value
        self.outcomes: dict[str, Outcome] = {}

    def outcome(self, name: str) -> Outcome:
        """The outcome of one ruleset, evaluated when first asked for."""
        if name not in self.outcomes:
            try:
                self.outcomes[name] = self._decide(self.checked.rulesets[name])
            except Unanswerable as error:
                self.outcomes[name] = Outcome("error", {}, (), (), faults=error.faults)
        return self.outcomes[name]

    def _decide(self, ruleset: CheckedRuleset) -> Outcome:
        scope = Scope(self, ruleset)
        hits = list(self._hits(ruleset, scope))
        rows = [self._row(ruleset, rule, scope) for rule in hits]
        found = self.evaluator.answer(ruleset, rows, self._defaults(ruleset, scope))
        fired = [hits[i] for i in found.selected]
        if found.conflict:
            return Outcome("conflict", {}, tuple(rule.id for rule in fired), ())
        scope.outputs.update(found.values)
        for name, tree in ruleset.computed.items():
            type_ = ruleset.source.outputs[name].type
            scope.outputs[name] = self._fitted(scope, tree, f"output `{name}`", type_)
        values = {name: scope.outputs[name] for name in ruleset.source.outputs}
        actions = tuple(self._actions(ruleset, fired, scope))
        return Outcome("decided", values, tuple(rule.id for rule in fired), actions)

    def _hits(self, ruleset: CheckedRuleset, scope: Scope) -> Iterator[CheckedRule]:
        """The rules that hold, in order; only the first under FIRST, since no later one can matter."""
        for rule in ruleset.rules:
            if self._holds(rule, scope):
                yield rule
                if ruleset.hit_policy == "FIRST":
                    return

    def _holds(self, rule: CheckedRule, scope: Scope) -> bool:
        """Whether all conditions are true, as if `and` stood between them: a false one settles the matter."""
        held = True
        faults: list[str] = []
        for condition in rule.conditions:
            try:
                value = scope.truth(condition, f"`{rule.id}`")
            except Unanswerable as error:
                faults += error.faults
                continue
            if value is False:
                return False
            held = held and value is True
        if faults:
            raise Unanswerable(faults)
        return held

    def _defaults(self, ruleset: CheckedRuleset, scope: Scope) -> Row:
        """What outputs are when no rule sets them."""
        return {
            name: self._fitted(scope, tree, f"default of `{name}`", ruleset.source.outputs[name].type)
            for name, tree in ruleset.defaults.items()
        }

    def _row(self, ruleset: CheckedRuleset, rule: CheckedRule, scope: Scope) -> Row:
        row = self._defaults(ruleset, scope)
        for name, tree in rule.then.items():
            row[name] = self._fitted(scope, tree, f"`{rule.id}`", ruleset.source.outputs[name].type)
        return row

    def _fitted(self, scope: Scope, tree: Expr, what: str, type_: Type) -> Value:
        return self.evaluator.fitted(scope.value(tree, what), type_)

    def _actions(
        self, ruleset: CheckedRuleset, fired: Sequence[CheckedRule], scope: Scope
    ) -> Iterator[Required]:
        calls: list[tuple[CheckedCall, str | None]] = [(call, None) for call in ruleset.actions]
        calls += [(call, rule.id) for rule in fired for call in rule.actions]
        for call, rule in calls:
            if call.when is None or scope.holds(call.when, f"action `{call.action.name}`"):
                yield self._required(call, rule, scope)

    def _required(self, call: CheckedCall, rule: str | None, scope: Scope) -> Required:
        name = call.action.name
        arguments = (
            (parameter, self._fitted(scope, tree, f"action `{name}`", call.action.parameters[parameter]))
            for parameter, tree in call.arguments.items()
        )
        by_name = tuple(sorted(arguments, key=lambda pair: pair[0]))
        due = None if call.due is None else scope.value(call.due, f"deadline of `{name}`")
        return Required(name, by_name, rule, due)
