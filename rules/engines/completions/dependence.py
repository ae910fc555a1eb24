"""Which expressions depend on an absent fact, directly or through computed facts and other rulesets."""

from __future__ import annotations

from rules.check.checked import CheckedPolicySet, CheckedRuleset
from rules.check.types import type_of
from rules.engines.completions.failing import may_be_null, may_fail
from rules.model.expr import Expr, Name
from rules.model.walk import descendants, references

INPUT = "?"


def mentions_input(tree: Expr) -> bool:
    """Whether a test speaks of its input."""
    return any(isinstance(node, Name) and node.name == INPUT for node in descendants(tree))


class Dependence:
    """For the rulesets that one decision needs, with these facts absent."""

    def __init__(self, checked: CheckedPolicySet, name: str, absent: frozenset[str]) -> None:
        self._names: dict[str, frozenset[str]] = {}
        # Each tree is kept beside its answer, so that no other tree can come to have the same id.
        self._known: dict[tuple[str, int], tuple[Expr, bool]] = {}
        for other in checked.closure((name,)):
            self._names[other] = _dependent_names(checked, other, absent)
        self._fails: dict[tuple[str, int], tuple[Expr, bool]] = {}

    def depends(self, ruleset: str, tree: Expr) -> bool:
        """Whether an expression of the ruleset can depend on an absent fact, or on the input of a test."""
        key = (ruleset, id(tree))
        if key not in self._known:
            names = self._names[ruleset]
            self._known[key] = (tree, not names.isdisjoint(references(tree)) or mentions_input(tree))
        return self._known[key][1]

    def may_fail(self, ruleset: CheckedRuleset, tree: Expr) -> bool:
        """Whether an expression of the ruleset can be a fault, though its parts are not."""
        key = (ruleset.name, id(tree))
        if key not in self._fails:
            self._fails[key] = (tree, may_fail(tree, ruleset.types))
        return self._fails[key][1]

    def may_be_null(self, ruleset: CheckedRuleset, tree: Expr) -> bool:
        """Whether an expression of the ruleset can be null without a fault, though its parts are not."""
        return may_be_null(tree) and type_of(tree, ruleset.types).nullable


def _dependent_names(checked: CheckedPolicySet, name: str, absent: frozenset[str]) -> frozenset[str]:
    ruleset = checked.rulesets[name]
    names = set(absent)
    for required in ruleset.requires:
        if checked.rulesets[required].needs & absent:
            names.update(f"{required}.{output}" for output in checked.rulesets[required].source.outputs)
    for let, tree in ruleset.lets.items():
        if references(tree) & names:
            names.add(let)
    if ruleset.needs & absent:
        names.update(ruleset.source.outputs)
    return frozenset(names)
