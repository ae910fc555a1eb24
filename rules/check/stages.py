"""The checks that look at more than one expression; each is a stage in `rules.check.STAGES`."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError

from rules.check import keys, messages, requirements
from rules.check.checked import CheckedRuleset
from rules.check.findings import Findings
from rules.check.rulesets import CLOCK, RulesetChecker
from rules.feel.builtins import BUILTINS
from rules.model.expr import Literal
from rules.model.policy import ActionCall, PolicySet, Ruleset
from rules.model.types import Enum, ListType, Record, Type
from rules.model.walk import references
from rules.source import Span
from rules.syntax.paragraphs import DUPLICATE

READ_BY_SERVICE = frozenset(
    {"time_zone", "abc_class_a_share", "abc_class_b_share", "share_of_wallet_floor", "season_years"}
)
"""Parameters that no rule reads because the service does."""

ACTIONS_OF_SERVICE = frozenset({"raise_share", "promote_product", "explain_shortfall"})
"""Actions that no rule requires because the sales analyses do."""


def names(policy: PolicySet, findings: Findings) -> None:
    """No parameter, fact group or ruleset shares its name with another."""
    taken = {CLOCK: "the decision date"}
    taken.update({fact.split(".")[0]: "a fact or a group of facts" for fact in policy.facts})
    for fact in policy.facts.values():
        for name in (fact.name, *_fields(fact.type)):
            if name in BUILTINS:
                findings.add(fact.span, messages.name_taken(name, "a function"))
    for parameter in policy.parameters.values():
        by = "a function" if parameter.name in BUILTINS else taken.get(parameter.name)
        if by is not None:
            findings.add(parameter.span, messages.name_taken(parameter.name, by))
        taken.setdefault(parameter.name, "a parameter")
    for ruleset in policy.rulesets.values():
        if ruleset.name in taken:
            findings.add(ruleset.span, messages.name_taken(ruleset.name, taken[ruleset.name]))


def _fields(type_: Type) -> tuple[str, ...]:
    """The names that the items of a list bring into a filter."""
    item = type_.item if isinstance(type_, ListType) else None
    return tuple(name for name, _ in item.fields) if isinstance(item, Record) else ()


def clauses(policy: PolicySet, findings: Findings) -> None:
    """Every clause named anywhere is a listed paragraph of the source."""
    for ruleset in policy.rulesets.values():
        for clause, span in _clauses(ruleset):
            if clause not in policy.clauses:
                findings.add(span, messages.unknown_clause(clause, policy.clauses))
    for parameter in policy.parameters.values():
        if parameter.clause not in policy.clauses and parameter.clause not in ("", "—"):
            span = keys.below(policy.texts, parameter.span, "clause", parameter.clause)
            findings.add(span, messages.unknown_clause(parameter.clause, policy.clauses))


def paragraphs(policy: PolicySet, findings: Findings) -> None:
    """Every paragraph is carried by a rule, ruleset or parameter, or says why not; and not both."""
    carried = {clause for ruleset in policy.rulesets.values() for clause, _ in _clauses(ruleset)}
    carried |= {parameter.clause for parameter in policy.parameters.values()}
    for clause in policy.clauses.values():
        same = clause.without_rule.removeprefix(DUPLICATE)
        if not clause.without_rule and clause.id not in carried:
            findings.add(clause.span, messages.unexplained_paragraph(clause.id))
        elif clause.without_rule and clause.id in carried:
            findings.add(clause.span, messages.needless_reason(clause.id, clause.without_rule), "warning")
        elif same != clause.without_rule and (same not in policy.clauses or same == clause.id):
            others = [other for other in policy.clauses if other != clause.id]
            findings.add(clause.span, messages.unknown_clause(same, others))


def _clauses(ruleset: Ruleset) -> Iterator[tuple[str, Span]]:
    yield from ruleset.clauses
    for rule in ruleset.rules:
        yield rule.clause, rule.clause_span


def rule_ids(policy: PolicySet, findings: Findings) -> None:
    """A rule id names one rule of the whole policy, so that a record can cite it alone."""
    seen: dict[str, Span] = {}
    for ruleset in policy.rulesets.values():
        for rule in ruleset.rules:
            if rule.id in seen:
                other = seen[rule.id]
                findings.add(rule.span, messages.duplicate_rule(rule.id, f"{other.file}:{other.line}"))
            seen.setdefault(rule.id, rule.span)


def hit_policies(policy: PolicySet, findings: Findings) -> None:
    """A table can always answer, and what its hit policy needs is there."""
    for ruleset in policy.rulesets.values():
        if not ruleset.rules:
            findings.add(ruleset.span, messages.no_rules(ruleset.name))
            continue
        if ruleset.aggregator is not None and ruleset.hit_policy != "COLLECT":
            span = keys.below(policy.texts, ruleset.span, "aggregator")
            findings.add(span, messages.aggregator_needs_collect(ruleset.hit_policy))
        if ruleset.hit_policy == "FIRST":
            _first(ruleset, findings)
        if ruleset.hit_policy in ("PRIORITY", "OUTPUT ORDER"):
            set_ = [o for o in ruleset.outputs.values() if o.computed is None]
            if not any(isinstance(o.type, Enum) for o in set_):
                span = keys.below(policy.texts, ruleset.span, "hit_policy")
                findings.add(span, messages.priority_needs_enum(ruleset.hit_policy))


def _first(ruleset: Ruleset, findings: Findings) -> None:
    for position, rule in enumerate(ruleset.rules):
        always = all(isinstance(c.test.tree, Literal) and c.test.tree.value is True for c in rule.conditions)
        if always:
            for later in ruleset.rules[position + 1 :]:
                findings.add(later.span, messages.unreachable_rule(later.id, rule.id))
            return
    if any(o.computed is None and o.default is None for o in ruleset.outputs.values()):
        findings.add(ruleset.rules[-1].span, messages.no_catch_all(ruleset.rules[-1].id))


def rulesets(policy: PolicySet, findings: Findings) -> dict[str, CheckedRuleset]:
    """Every ruleset bound and typed, each after those it requires; none of those that need a circle."""
    needs = {n: requirements.required_rulesets(r, policy.rulesets) for n, r in policy.rulesets.items()}
    done: dict[str, CheckedRuleset] = {}
    for name in _ordered(policy, needs, findings):
        done[name] = RulesetChecker(policy, policy.rulesets[name], done, findings).check()
    return done


def _ordered(policy: PolicySet, needs: dict[str, tuple[str, ...]], findings: Findings) -> list[str]:
    """The rulesets in order, without the circles, which are reported, and all that need them."""
    while True:
        try:
            return requirements.in_order(needs)
        except CycleError as error:
            circle = requirements.circle(error)
        findings.add(policy.rulesets[circle[0]].span, messages.cycle("rulesets", circle))
        lost = set(circle)
        while more := {name for name, wanted in needs.items() if name not in lost and lost & set(wanted)}:
            lost |= more
        needs = {name: wanted for name, wanted in needs.items() if name not in lost}


def unused(policy: PolicySet, checked: dict[str, CheckedRuleset], findings: Findings) -> None:
    """Facts, parameters, computed facts and actions that nothing uses: warnings, not errors."""
    read = frozenset[str]().union(*(_reads(ruleset) for ruleset in checked.values()))
    for fact in policy.facts.values():
        if fact.name not in read and fact.sensitivity != "protected":  # that is what it is for
            findings.add(fact.span, messages.unused("fact", fact.name), "warning")
    for parameter in policy.parameters.values():
        if parameter.name not in read | READ_BY_SERVICE:
            findings.add(parameter.span, messages.unused("parameter", parameter.name), "warning")
    called = {c.action for r in policy.rulesets.values() for c in _calls(r)}
    for action in policy.actions.values():
        if action.name not in called | ACTIONS_OF_SERVICE:
            findings.add(action.span, messages.unused("action", action.name), "warning")
    for ruleset in checked.values():
        for name in ruleset.lets:
            if name not in _reads(ruleset):
                span = keys.before(policy.texts, ruleset.source.lets[name].cell.span, name)
                findings.add(span, messages.unused("let", name), "warning")


def _reads(ruleset: CheckedRuleset) -> frozenset[str]:
    return frozenset[str]().union(*(references(tree) for tree in ruleset.trees()))


def _calls(ruleset: Ruleset) -> Iterator[ActionCall]:
    yield from ruleset.actions
    for rule in ruleset.rules:
        yield from rule.actions
