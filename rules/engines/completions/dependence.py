"""Which expressions depend on an absent fact, directly or through computed facts and other rulesets."""

from __future__ import annotations

from rules.check.checked import CheckedPolicySet
from rules.model.expr import Expr
from rules.model.walk import references


class Dependence:
    """For the rulesets that one decision needs, with these facts absent."""

    def __init__(self, checked: CheckedPolicySet, name: str, absent: frozenset[str]) -> None:
        self._names: dict[str, frozenset[str]] = {}
        self._known: dict[tuple[str, int], bool] = {}
        for other in checked.closure((name,)):
            self._names[other] = _dependent_names(checked, other, absent)

    def depends(self, ruleset: str, tree: Expr) -> bool:
        """Whether the value of an expression of the ruleset can depend on an absent fact."""
        key = (ruleset, id(tree))
        if key not in self._known:
            self._known[key] = not self._names[ruleset].isdisjoint(references(tree))
        return self._known[key]


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
