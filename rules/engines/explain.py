"""Why and why not: for every rule its verdict, the condition that stopped it, and what that condition read.

Derived from the facts and the policy alone, so it can be had again for any recorded decision.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from typing import Literal as OneOf

from rules.check.checked import CheckedPolicySet, CheckedRule, CheckedRuleset
from rules.engines.answer import Unanswerable
from rules.engines.completions.possible import possible_values
from rules.engines.completions.symbols import SYMBOLS
from rules.engines.evaluation import Evaluation, Scope
from rules.engines.items import ItemsTrace, items_of
from rules.model.decision import Outcome
from rules.model.expr import Expr
from rules.model.values import Value
from rules.model.walk import conjuncts, references
from rules.source import Span

Verdict = OneOf["true", "false", "unknown", "error"]


class _Unknown:
    """The value of what depends on absent facts."""

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN: Final = _Unknown()


@dataclass(frozen=True, slots=True)
class ConditionTrace:
    """One condition as written, what it came to, and every name it read; `UNKNOWN` where facts are absent."""

    text: str
    span: Span
    verdict: Verdict
    reads: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule: what its conditions came to together, whether it fired, and the first that stopped it."""

    id: str
    verdict: Verdict
    fired: bool
    conditions: tuple[ConditionTrace, ...]

    @property
    def stopped_by(self) -> ConditionTrace | None:
        """The first condition that is not true; None where all are."""
        return next((c for c in self.conditions if c.verdict != "true"), None)

    @property
    def near_miss(self) -> ConditionTrace | None:
        """The only condition that is not true, where there is exactly one."""
        open_ = [c for c in self.conditions if c.verdict != "true"]
        return open_[0] if len(open_) == 1 else None


@dataclass(frozen=True, slots=True)
class ComputedTrace:
    """A computed fact: its expression as written, its value, what it read, and the items it kept or left."""

    name: str
    text: str
    value: Value
    reads: Mapping[str, Value]
    items: ItemsTrace | None


@dataclass(frozen=True, slots=True)
class RulesetTrace:
    """One ruleset with every rule and every computed fact."""

    name: str
    outcome: Outcome
    rules: tuple[RuleTrace, ...]
    computed: tuple[ComputedTrace, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """One of the conditions of a rule that must all be true, as it stands in the file."""

    text: str
    span: Span
    tree: Expr


def conditions_of(ruleset: CheckedRuleset, position: int) -> tuple[Written, ...]:
    """The conditions of the rule at a position, those joined by `and` one by one."""
    found: list[Written] = []
    written = ruleset.source.rules[position].conditions
    for tree, source in zip(ruleset.rules[position].conditions, written, strict=True):
        cell = source.test.cell
        for part in conjuncts(tree):
            text = cell.text[part.start : part.end].strip() or cell.text.strip()
            if source.column is not None:
                text = f"{source.column.input.cell.text.strip()}: {cell.text.strip()}"
            found.append(Written(text, cell.at(part.start, part.end), part))
    return tuple(found)


def explain(
    checked: CheckedPolicySet,
    outcomes: Mapping[str, Outcome],
    facts: Mapping[str, Value],
    as_of: dt.date,
) -> tuple[RulesetTrace, ...]:
    """The trace of each ruleset of a decision, those needed first."""
    reader = _Reader(checked, facts, as_of)
    decided = [name for name in checked.rulesets if name in outcomes]
    return tuple(reader.ruleset(checked.rulesets[name], outcomes[name]) for name in decided)


class _Reader:
    """Reads values and verdicts for one set of facts."""

    def __init__(self, checked: CheckedPolicySet, facts: Mapping[str, Value], as_of: dt.date) -> None:
        self.checked = checked
        self.facts = facts
        self.as_of = as_of
        self.present = {name for name, value in facts.items() if value is not None}
        self.evaluation = Evaluation(checked, facts, as_of)

    def ruleset(self, ruleset: CheckedRuleset, outcome: Outcome) -> RulesetTrace:
        rules = tuple(
            self._rule(ruleset, rule, position, outcome) for position, rule in enumerate(ruleset.rules)
        )
        computed = tuple(self._computed(ruleset, name, tree) for name, tree in ruleset.lets.items())
        return RulesetTrace(ruleset.name, outcome, rules, computed)

    def _rule(self, ruleset: CheckedRuleset, rule: CheckedRule, position: int, outcome: Outcome) -> RuleTrace:
        traces = tuple(self._condition(ruleset, written) for written in conditions_of(ruleset, position))
        verdicts = {trace.verdict for trace in traces}
        order: tuple[Verdict, ...] = ("false", "error", "unknown")
        verdict: Verdict = next((v for v in order if v in verdicts), "true")
        return RuleTrace(rule.id, verdict, rule.id in outcome.rules, traces)

    def _condition(self, ruleset: CheckedRuleset, written: Written) -> ConditionTrace:
        verdict = self._verdict(ruleset, written.tree)
        return ConditionTrace(written.text, written.span, verdict, self._reads(ruleset, written.tree))

    def _verdict(self, ruleset: CheckedRuleset, tree: Expr) -> Verdict:
        try:
            if ruleset.needs <= self.present:
                return "true" if Scope(self.evaluation, ruleset).holds(tree, "condition") else "false"
            found = possible_values(self.checked, ruleset.name, tree, self.facts, self.as_of, truth=True)
        except Unanswerable:
            return "error"
        truths = {value is True for value in found}
        return "unknown" if len(truths) != 1 else "true" if truths == {True} else "false"

    def _reads(self, ruleset: CheckedRuleset, tree: Expr) -> dict[str, Value]:
        return {name: self._value(ruleset, name) for name in sorted(references(tree))}

    def _value(self, ruleset: CheckedRuleset, name: str) -> Value:
        if name in self.checked.policy.facts:
            fact = self.checked.fact(name)
            return self.facts.get(name, UNKNOWN if fact.required else fact.when_absent)
        tree = ruleset.lets.get(name)
        if ruleset.needs <= self.present or name in self.evaluation.base:
            try:
                return Scope(self.evaluation, ruleset)[name]
            except Unanswerable:
                return None
        return UNKNOWN if tree is None else self._over_completions(ruleset, tree)

    def _over_completions(self, ruleset: CheckedRuleset, tree: Expr) -> Value:
        try:
            found = possible_values(self.checked, ruleset.name, tree, self.facts, self.as_of)
        except Unanswerable:
            return None
        return found[0] if len(found) == 1 and not isinstance(found[0], SYMBOLS) else UNKNOWN

    def _computed(self, ruleset: CheckedRuleset, name: str, tree: Expr) -> ComputedTrace:
        value = self._value(ruleset, name)
        items = None
        if isinstance(value, list):
            items = items_of(tree, lambda source: self._value(ruleset, source), value)
        text = ruleset.source.lets[name].cell.text.strip()
        return ComputedTrace(name, text, value, self._reads(ruleset, tree), items)
