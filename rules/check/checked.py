"""A policy set that has passed every check: names resolved, types known, order fixed.

Only `rules.check.check` makes these; what stands behind it need not validate anything again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.errors import Diagnostic
from rules.model.expr import Expr
from rules.model.policy import Action, Fact, HitPolicy, PolicySet, Ruleset
from rules.model.types import Type


@dataclass(frozen=True, slots=True)
class Typed:
    """The type of an expression, and whether its value can be null though every fact is present."""

    type: Type
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class CheckedCall:
    """A required action with its arguments resolved; required only where `when` is true, if there is one.

    `due` is the deadline computed for it; without one, or where it is null, the action's own days count.
    """

    action: Action
    arguments: Mapping[str, Expr]
    when: Expr | None = None
    due: Expr | None = None

    def trees(self) -> Iterator[Expr]:
        """Every expression of the call."""
        yield from self.arguments.values()
        yield from (tree for tree in (self.when, self.due) if tree is not None)


@dataclass(frozen=True, slots=True)
class CheckedRule:
    """One rule: its conditions (all must be true), the outputs it sets, the actions it requires."""

    id: str
    conditions: tuple[Expr, ...]
    then: Mapping[str, Expr]
    actions: tuple[CheckedCall, ...]


@dataclass(frozen=True, slots=True)
class CheckedRuleset:
    """One decision, ready for an engine.

    `lets` stand in an order in which each needs only earlier ones. `computed` are the outputs with one
    expression for all rules; they may read lets and the outputs that rules set. `defaults` are for
    outputs when no rule sets them. `types` has every name
    that its expressions can read. `requires` are the rulesets it reads directly. `facts` are the facts
    it reads directly; `needs` are all facts without a `when_absent` that it reads directly or through
    other rulesets: when each of those is present, the ruleset can be decided without three-valued work.
    """

    name: str
    source: Ruleset
    hit_policy: HitPolicy
    lets: Mapping[str, Expr]
    rules: tuple[CheckedRule, ...]
    computed: Mapping[str, Expr]
    defaults: Mapping[str, Expr]
    actions: tuple[CheckedCall, ...]
    types: Mapping[str, Typed]
    requires: tuple[str, ...]
    facts: frozenset[str]
    needs: frozenset[str]

    def trees(self) -> Iterator[Expr]:
        """Every expression of the ruleset."""
        yield from self.lets.values()
        yield from self.computed.values()
        yield from self.defaults.values()
        for rule in self.rules:
            yield from rule.conditions
            yield from rule.then.values()
        for call in (*self.actions, *(c for rule in self.rules for c in rule.actions)):
            yield from call.trees()


@dataclass(frozen=True, slots=True)
class CheckedPolicySet:
    """All rulesets, each after those it requires; `release` is the content hash `sha256:…`."""

    policy: PolicySet
    rulesets: Mapping[str, CheckedRuleset]
    release: str
    warnings: tuple[Diagnostic, ...] = ()

    def fact(self, name: str) -> Fact:
        """The vocabulary entry of a fact that is known to exist."""
        return self.policy.facts[name]

    def closure(self, asked: tuple[str, ...]) -> tuple[str, ...]:
        """The rulesets asked for and all they need, in an order in which each needs only earlier ones."""
        wanted: set[str] = set()
        stack = list(asked)
        while stack:
            name = stack.pop()
            if name not in wanted:
                wanted.add(name)
                stack.extend(self.rulesets[name].requires)
        return tuple(name for name in self.rulesets if name in wanted)
