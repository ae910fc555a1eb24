"""Checking of one ruleset: every expression bound and typed, every output set, every action fed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from graphlib import CycleError

from rules.check import keys, messages, requirements
from rules.check.checked import CheckedCall, CheckedRule, CheckedRuleset, Typed
from rules.check.findings import Findings
from rules.check.presence import proved_present
from rules.check.scope import Scope
from rules.check.types import Binder, Bound
from rules.feel.builtins import BUILTINS
from rules.model.expr import Expr, In, Literal, Node, Ref, RefKind
from rules.model.policy import ActionCall, Condition, Expression, Output, PolicySet, Rule, Ruleset
from rules.model.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    INTEGER,
    NULL,
    NUMERIC,
    TEXT,
    Enum,
    ListType,
    Type,
)  # fmt: skip
from rules.model.walk import references
from rules.source import Span

CLOCK = "as_of"
Known = dict[str, tuple[Typed, RefKind]]
_KINDS: dict[RefKind, str] = {
    "fact": "a fact", "parameter": "a parameter", "let": "a computed fact", "output": "an output",
    "required": "an output of another ruleset", "clock": "the decision date",
}  # fmt: skip


class RulesetChecker:
    """Turns one `Ruleset` into a `CheckedRuleset`, given those it requires."""

    def __init__(
        self, policy: PolicySet, ruleset: Ruleset, done: Mapping[str, CheckedRuleset], findings: Findings
    ) -> None:
        self.policy = policy
        self.ruleset = ruleset
        self.done = done
        self.findings = findings
        self.requires = requirements.required_rulesets(ruleset, policy.rulesets)
        self.known: Known = self._outer_names()
        self.columns: dict[int, Bound] = {}

    def check(self) -> CheckedRuleset:
        """The checked ruleset; what is wrong is reported and typed `any`."""
        lets = self._lets()
        rules = tuple(self._rule(rule) for rule in self.ruleset.rules)
        defaults = self._defaults()
        self._type_set_outputs(rules)
        computed = self._computed()
        actions = self._calls(self.ruleset.actions)
        rules = tuple(
            CheckedRule(r.id, r.conditions, r.then, self._calls(source.actions))
            for r, source in zip(rules, self.ruleset.rules, strict=True)
        )
        return self._assemble(lets, rules, computed, defaults, actions)

    # --- names ---------------------------------------------------------------------------------

    def _outer_names(self) -> Known:
        known: Known = {CLOCK: (Typed(DATE), "clock")}
        for fact in self.policy.facts.values():
            known[fact.name] = (Typed(fact.type, fact.when_absent is None), "fact")
        for parameter in self.policy.parameters.values():
            known[parameter.name] = (Typed(parameter.type), "parameter")
        for name in self.requires:
            if name == self.ruleset.name or name not in self.done:
                continue
            other = self.done[name]
            for output in other.source.outputs:
                known[f"{name}.{output}"] = (other.types[output], "required")
        return known

    def _bind(self, expression: Expression) -> Bound:
        def report(node: Node, finding: messages.Finding) -> None:
            self.findings.add(expression.cell.at(node.start, node.end), finding)

        return Binder(Scope(self.known, calendar=self.policy.calendar), report).bind(expression.tree)

    def _key(self, name: str, expression: Expression) -> Span:
        return keys.before(self.policy.texts, expression.cell.span, name)

    # --- computed facts ------------------------------------------------------------------------

    def _lets(self) -> dict[str, Expr]:
        lets = self.ruleset.lets
        needs = {name: dict.fromkeys(requirements.roots(e.tree)) for name, e in lets.items()}
        try:
            order = requirements.in_order(needs)
        except CycleError as error:
            names = requirements.circle(error)
            span = self._key(names[0], lets[names[0]])
            self.findings.add(span, messages.cycle("computed facts", names))
            self.known.update({name: (Typed(ANY, True), "let") for name in lets})
            return {}
        bound: dict[str, Expr] = {}
        for name in order:
            self._refuse_taken(name, lets[name])
            bound[name], typed = self._bind(lets[name])
            self.known[name] = (typed, "let")
        return bound

    def _refuse_taken(self, name: str, expression: Expression) -> None:
        if name in BUILTINS:
            self.findings.add(self._key(name, expression), messages.name_taken(name, "a function"))
        elif name in self.known:
            found = messages.name_taken(name, _KINDS[self.known[name][1]])
            self.findings.add(self._key(name, expression), found)
        elif any(k.startswith(name + ".") for k in self.known):
            found = messages.name_taken(name, "a group of facts or a ruleset")
            self.findings.add(self._key(name, expression), found)

    # --- rules ---------------------------------------------------------------------------------

    def _rule(self, rule: Rule) -> CheckedRule:
        conditions = tuple(self._condition(c) for c in rule.conditions)
        then: dict[str, Expr] = {}
        for name, expression in rule.then.items():
            output = self.ruleset.outputs.get(name)
            tree, typed = self._bind(expression)
            then[name] = tree
            if output is None:
                known = [n for n, o in self.ruleset.outputs.items() if o.computed is None]
                self.findings.add(self._key(name, expression), messages.unknown_output(name, known))
            elif output.computed is not None:
                self.findings.add(self._key(name, expression), messages.computed_output_set(name))
            else:
                self._fits(output, typed, tree, expression)
        if all(name in self.ruleset.outputs for name in rule.then):
            # otherwise one of them is misspelt, and which one is missing is a guess
            self._all_set(rule)
        return CheckedRule(rule.id, conditions, then, ())

    def _all_set(self, rule: Rule) -> None:
        for name, output in self.ruleset.outputs.items():
            if output.computed is None and output.default is None and name not in rule.then:
                self.findings.add(rule.span, messages.output_not_set(rule.id, name))

    def _condition(self, condition: Condition) -> Expr:
        if condition.column is None:
            return self._true_or_false(condition.test)
        key = id(condition.column)
        if key not in self.columns:
            self.columns[key] = self._bind(condition.column.input)
        subject, typed = self.columns[key]

        def report(node: Node, finding: messages.Finding) -> None:
            self.findings.add(condition.test.cell.at(node.start, node.end), finding)

        scope = Scope(self.known, calendar=self.policy.calendar).within({"?": typed})
        tests, _ = Binder(scope, report).bind(condition.test.tree)
        return In(subject, (tests,), start=tests.start, end=tests.end)

    def _true_or_false(self, expression: Expression) -> Expr:
        tree, typed = self._bind(expression)
        if typed.type not in (BOOLEAN, ANY):
            found = messages.expected_type("true or false", messages.kind(typed.type), "a condition")
            self.findings.add(expression.cell.span, found)
        return tree

    def _fits(self, output: Output, typed: Typed, tree: Expr, expression: Expression) -> None:
        wanted, got = output.type, typed.type
        where = f"the output `{output.name}`"
        if got == NULL or ANY in (got, wanted):
            return
        if wanted == INTEGER and got in NUMERIC and got != INTEGER:
            self.findings.add(expression.cell.span, messages.may_have_decimals(output.name))
        elif isinstance(tree, Literal) and isinstance(wanted, Enum) and isinstance(tree.value, str):
            if tree.value not in wanted.values:
                found = messages.not_an_allowed_value(tree.value, wanted.values)
                self.findings.add(expression.cell.span, found)
        elif not assignable(got, wanted):
            found = messages.expected_type(messages.kind(wanted), messages.kind(got), where)
            self.findings.add(expression.cell.span, found)

    # --- outputs and actions -------------------------------------------------------------------

    def _type_set_outputs(self, rules: Iterable[CheckedRule]) -> None:
        many = self.ruleset.hit_policy in ("RULE ORDER", "OUTPUT ORDER", "COLLECT")
        for name, output in self.ruleset.outputs.items():
            if output.computed is not None:
                continue
            type_: Type = output.type
            nullable = any(self._may_be_null(rule, name) for rule in rules)
            if many and self.ruleset.aggregator is None:
                type_, nullable = ListType(type_), False
            elif self.ruleset.aggregator == "COUNT":
                type_, nullable = INTEGER, False
            elif self.ruleset.aggregator is not None:
                nullable = True
            self.known[name] = (Typed(type_, nullable), "output")

    def _may_be_null(self, rule: CheckedRule, name: str) -> bool:
        tree = rule.then.get(name)
        if tree is None:
            return True
        if isinstance(tree, Ref) and tree.name in proved_present(rule.conditions):
            return False
        scope = Scope(self.known, calendar=self.policy.calendar)
        return Binder(scope, lambda node, finding: None).bind(tree)[1].nullable

    def _defaults(self) -> dict[str, Expr]:
        bound: dict[str, Expr] = {}
        for name, output in self.ruleset.outputs.items():
            if output.default is not None and output.computed is None:
                bound[name], typed = self._bind(output.default)
                self._fits(output, typed, bound[name], output.default)
        return bound

    def _computed(self) -> dict[str, Expr]:
        bound: dict[str, Expr] = {}
        for name, output in self.ruleset.outputs.items():
            if output.computed is not None:
                bound[name], typed = self._bind(output.computed)
                self._fits(output, typed, bound[name], output.computed)
                self.known[name] = (Typed(output.type, typed.nullable), "output")
        return bound

    def _calls(self, calls: Iterable[ActionCall]) -> tuple[CheckedCall, ...]:
        checked = (self._action(call) for call in calls)
        return tuple(c for c in checked if c is not None)

    def _action(self, call: ActionCall) -> CheckedCall | None:
        action = self.policy.actions.get(call.action)
        if action is None:
            self.findings.add(call.span, messages.unknown_action(call.action, self.policy.actions))
            return None
        arguments: dict[str, Expr] = {}
        for name, expression in call.arguments.items():
            arguments[name], typed = self._bind(expression)
            wanted = action.parameters.get(name)
            if wanted is None:
                found = messages.unknown_argument(action.name, name, action.parameters)
                self.findings.add(self._key(name, expression), found)
            elif not assignable(typed.type, wanted):
                where = f"the parameter `{name}` of `{action.name}`"
                found = messages.expected_type(messages.kind(wanted), messages.kind(typed.type), where)
                self.findings.add(expression.cell.span, found)
        for name in action.parameters if set(call.arguments) <= set(action.parameters) else ():
            if name not in call.arguments:
                self.findings.add(call.span, messages.missing_argument(action.name, name))
        when = None if call.when is None else self._true_or_false(call.when)
        return CheckedCall(action, arguments, when, None if call.due is None else self._moment(call.due))

    def _moment(self, due: Expression) -> Expr:
        tree, typed = self._bind(due)
        if typed.type not in (DATE, DATE_TIME, ANY):
            found = messages.expected_type("a date, or a date and time", messages.kind(typed.type), "a deadline")
            self.findings.add(due.cell.span, found)
        return tree

    # --- the result ----------------------------------------------------------------------------

    def _assemble(
        self,
        lets: Mapping[str, Expr],
        rules: tuple[CheckedRule, ...],
        computed: Mapping[str, Expr],
        defaults: Mapping[str, Expr],
        actions: tuple[CheckedCall, ...],
    ) -> CheckedRuleset:
        ruleset = CheckedRuleset(
            name=self.ruleset.name, source=self.ruleset, hit_policy=self.ruleset.hit_policy,
            lets=lets, rules=rules, computed=computed, defaults=defaults, actions=actions,
            types={name: typed for name, (typed, _) in self.known.items()},
            requires=self.requires, facts=frozenset(), needs=frozenset(),
        )  # fmt: skip
        read = frozenset[str]().union(*(references(tree) for tree in ruleset.trees()))
        facts = frozenset(name for name in read if self.known.get(name, (None, ""))[1] == "fact")
        needs = {name for name in facts if self.policy.facts[name].required}
        for name in self.requires:
            needs |= self.done[name].needs if name in self.done else set()
        return replace(ruleset, facts=facts, needs=frozenset(needs))


def assignable(got: Type, wanted: Type) -> bool:
    """Whether a value of type `got` may be given to an output or parameter of type `wanted`."""
    if got == NULL or ANY in (got, wanted):
        return True
    if wanted in NUMERIC:
        return got in NUMERIC and (wanted != INTEGER or got == INTEGER)
    match got, wanted:
        case ListType(a), ListType(b):
            return assignable(a, b)
        case Enum(a), Enum(b):
            return set(a) <= set(b)
    return got == wanted or (wanted == TEXT and isinstance(got, Enum))
