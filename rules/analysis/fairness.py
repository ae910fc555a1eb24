"""`fair_treatment`: no outcome depends on a protected fact, unless a clause of the source allows it.

The proof is the dependency graph: where it has no way from a protected fact to an outcome, no values of the
fact can change that outcome. Source: 用户 原则5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.analysis import messages
from rules.analysis.dependencies import Chain, Dependencies, Edge, fact
from rules.check import messages as checks
from rules.check.checked import CheckedPolicySet
from rules.errors import Diagnostic, PolicyError, Severity, in_order
from rules.model.policy import Allowance, Fact
from rules.source import Span

PROTECTED = "protected"
"""The sensitivity of facts that no outcome may depend on."""


@dataclass(frozen=True, slots=True)
class Dependent:
    """An outcome that a protected fact can change, the way, and the exemption if there is one."""

    ruleset: str
    chain: Chain
    allowance: Allowance | None


@dataclass(frozen=True, slots=True)
class Proof:
    """`protected`: every protected fact with the outcomes it can change; `reads`: the facts of every outcome."""

    protected: dict[str, tuple[Dependent, ...]]
    reads: dict[str, tuple[str, ...]]

    @property
    def fair(self) -> bool:
        """Whether every dependency there is, is allowed."""
        return all(one.allowance is not None for dependents in self.protected.values() for one in dependents)


def proof(checked: CheckedPolicySet) -> Proof:
    """Which outcomes could depend on a protected fact, and on which facts each outcome depends."""
    graph = Dependencies(checked)
    protected = [one for one in checked.policy.facts.values() if one.sensitivity == PROTECTED]
    return Proof(
        {one.name: tuple(_dependents(one, checked, graph)) for one in protected},
        {name: graph.facts(name) for name in checked.rulesets},
    )


def proved(checked: CheckedPolicySet) -> CheckedPolicySet:
    """The policy itself. Raises PolicyError where it is not fair, with every chain."""
    found = [one for one in diagnostics(checked) if one.severity == "error"]
    if found:
        raise PolicyError(found)
    return checked


def diagnostics(checked: CheckedPolicySet) -> tuple[Diagnostic, ...]:
    """Each place that makes an outcome depend on a protected fact, and exemptions that cannot stand."""
    graph = Dependencies(checked)
    found: list[Diagnostic] = []
    for one in checked.policy.facts.values():
        if one.sensitivity == PROTECTED:
            dependents = tuple(_dependents(one, checked, graph))
            found += _unfair(one, dependents, checked, graph)
            found += _exemptions(one, {dependent.ruleset for dependent in dependents}, checked)
    return in_order(found)


def _dependents(one: Fact, checked: CheckedPolicySet, graph: Dependencies) -> Iterator[Dependent]:
    allowed = {allowance.ruleset: allowance for allowance in one.allowed_for}
    for name in checked.rulesets:
        if way := graph.chain(name, fact(one.name)):
            yield Dependent(name, way, allowed.get(name))


def _unfair(
    one: Fact, dependents: tuple[Dependent, ...], checked: CheckedPolicySet, graph: Dependencies
) -> Iterator[Diagnostic]:
    """Told where the fact is read; farther outcomes are told there too, unless that reading is allowed."""
    unfair = [dependent.ruleset for dependent in dependents if dependent.allowance is None]
    told = {name for name in unfair if graph.readings(name, one.name)}
    for name in unfair:
        if name in told:
            farther = [
                messages.chain(graph.chain(other, fact(one.name)))
                for other in unfair
                if other not in told and name in checked.closure((other,))
            ]
            for edge in graph.readings(name, one.name):
                way = messages.chain((edge.source, *graph.chain(name, edge.target)))
                yield _diagnostic(_place(edge, one), messages.unfair_dependency(name, one.name, way, farther))
        elif not told & set(checked.closure((name,))):
            way = messages.chain(graph.chain(name, fact(one.name)))
            enters = [e for e in graph.steps(name, fact(one.name)) if e.span and e.target.ruleset == name]
            yield _diagnostic(_place(enters[0], one), messages.unfair_dependency(name, one.name, way, ()))


def _exemptions(one: Fact, dependents: set[str], checked: CheckedPolicySet) -> Iterator[Diagnostic]:
    policy = checked.policy
    for allowance in one.allowed_for:
        if allowance.clause not in policy.clauses:
            yield _diagnostic(allowance.clause_span, checks.unknown_clause(allowance.clause, policy.clauses))
        if allowance.ruleset not in checked.rulesets:
            yield _diagnostic(allowance.span, checks.unknown_name(allowance.ruleset, checked.rulesets))
        elif allowance.ruleset not in dependents:
            needless = messages.needless_allowance(allowance.ruleset, one.name, allowance.purpose)
            yield _diagnostic(allowance.span, needless, "warning")


def _place(edge: Edge, one: Fact) -> Span:
    return edge.span or one.span


def _diagnostic(span: Span, finding: checks.Finding, severity: Severity = "error") -> Diagnostic:
    return Diagnostic(finding.code, span, finding.message, finding.hint, "", severity)
