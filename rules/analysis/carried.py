"""Which outputs, arguments and deadlines carry a sensitive fact: its value, a part of it, or what is made of it.

A condition carries nothing: that a rule held is the decision, and it stays on record. What is written into a
text, a date or a number out of a fact is the fact over again. Where it cannot be told, a value is carried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rules.check.checked import CheckedCall, CheckedPolicySet, CheckedRuleset
from rules.model.expr import (
    And,
    Between,
    Call,
    Comparison,
    ContextOf,
    Expr,
    Filter,
    For,
    If,
    In,
    InstanceOf,
    Iterator,
    ListOf,
    Name,
    Or,
    Path,
    Quantified,
    Ref,
    UnaryTests,
)
from rules.model.types import BOOLEAN, Enum, ListType, Type
from rules.model.walk import children

SENSITIVE: Final = frozenset({"personal", "protected"})
"""The sensitivities of facts that are about a person."""

_TRUTHS: Final = frozenset({
    "all", "any", "after", "before", "contains", "during", "ends with", "even", "includes", "list contains", "matches",
    "not", "odd", "starts with",
})  # fmt: skip
"""Functions that give a boolean."""

_CONDITIONS: Final = (And, Or, Comparison, Between, In, Quantified, InstanceOf, UnaryTests)

_NOTHING: Final[frozenset[str]] = frozenset()

Steps = tuple[str, ...]
"""The entries that are taken out of a value, the outermost first."""
Flow = Callable[[Steps], frozenset[str]]
"""The facts that a value carries, once some steps are taken into it."""
Bound = Mapping[str, Flow]


@dataclass(frozen=True, slots=True)
class Carried:
    """For a ruleset its outputs; for a ruleset and an action the arguments; the same pairs, for deadlines."""

    outputs: Mapping[str, frozenset[str]]
    arguments: Mapping[tuple[str, str], frozenset[str]]
    deadlines: frozenset[tuple[str, str]]


def sensitive(checked: CheckedPolicySet) -> frozenset[str]:
    """The facts that are about a person."""
    return frozenset(one.name for one in checked.policy.facts.values() if one.sensitivity in SENSITIVE)


def carried(checked: CheckedPolicySet) -> Carried:
    """What of the policy's results is a sensitive fact over again."""
    flows = _Flows(checked)
    outputs, deadlines = {}, set()
    arguments: dict[tuple[str, str], frozenset[str]] = {}
    for name, ruleset in checked.rulesets.items():
        outputs[name] = frozenset(output for output in ruleset.source.outputs if flows.of_output(ruleset, output, ()))
        for call in _calls(ruleset):
            key = (name, call.action.name)
            told = {one for one, tree in call.arguments.items() if flows.of(ruleset, tree)}
            arguments[key] = arguments.get(key, _NOTHING) | told
            if call.due is not None and flows.of(ruleset, call.due):
                deadlines.add(key)
    return Carried(outputs, {key: names for key, names in arguments.items() if names}, frozenset(deadlines))


def _calls(ruleset: CheckedRuleset) -> Iterable[CheckedCall]:
    return (*ruleset.actions, *(call for rule in ruleset.rules for call in rule.actions))


class _Flows:
    """Values followed back to the facts that they are made of."""

    def __init__(self, checked: CheckedPolicySet) -> None:
        self._checked = checked
        self._sensitive = sensitive(checked)
        self._outputs: dict[tuple[str, str, Steps], frozenset[str]] = {}

    def of(self, ruleset: CheckedRuleset, tree: Expr) -> frozenset[str]:
        """The sensitive facts that the value of an expression carries."""
        return self._flow(ruleset, tree, (), {})

    def of_output(self, ruleset: CheckedRuleset, name: str, steps: Steps) -> frozenset[str]:
        """The same of an output, whichever rule sets it; an enum or a boolean is a decision and carries nothing."""
        if _decides(ruleset.source.outputs[name].type):
            return _NOTHING
        key = (ruleset.name, name, steps)
        if key not in self._outputs:
            self._outputs[key] = _NOTHING  # an output is never made of itself
            self._outputs[key] = self._all(ruleset, _trees(ruleset, name), steps, {})
        return self._outputs[key]

    def _all(self, ruleset: CheckedRuleset, trees: Iterable[Expr], steps: Steps, bound: Bound) -> frozenset[str]:
        return _NOTHING.union(*(self._flow(ruleset, tree, steps, bound) for tree in trees))

    def _flow(self, ruleset: CheckedRuleset, tree: Expr, steps: Steps, bound: Bound) -> frozenset[str]:
        match tree:
            case Ref():
                return self._reference(ruleset, tree, steps)
            case Name(name):
                return bound[name](steps) if name in bound else _NOTHING
            case Path(base, name):
                return self._flow(ruleset, base, (name, *steps), bound)
            case Filter(base, _):
                return self._flow(ruleset, base, steps, bound)
            case If(_, then, otherwise):
                return self._all(ruleset, (then, otherwise), steps, bound)
            case ListOf(items):
                return self._all(ruleset, items, steps, bound)
            case ContextOf(entries):
                return self._context(ruleset, entries, steps, bound)
            case For(iterators, body):
                return self._flow(ruleset, body, steps, self._iterated(ruleset, iterators, bound))
            case Call(Name(name), _, _) if name in _TRUTHS:
                return _NOTHING
        if isinstance(tree, _CONDITIONS):
            return _NOTHING
        return self._all(ruleset, children(tree), (), bound)

    def _reference(self, ruleset: CheckedRuleset, reference: Ref, steps: Steps) -> frozenset[str]:
        match reference.kind:
            case "fact":
                return self._sensitive & {reference.name}
            case "let":
                return self._flow(ruleset, ruleset.lets[reference.name], steps, {})
            case "output":
                return self.of_output(ruleset, reference.name, steps)
            case "required":
                other, _, output = reference.name.partition(".")
                return self.of_output(self._checked.rulesets[other], output, steps)
        return _NOTHING

    def _context(
        self, ruleset: CheckedRuleset, entries: tuple[tuple[str, Expr], ...], steps: Steps, bound: Bound
    ) -> frozenset[str]:
        """One entry where one is taken out, else all of them; later entries see earlier ones."""
        seen = dict(bound)
        found: dict[str, frozenset[str]] = {}
        for name, tree in entries:
            known = dict(seen)
            found[name] = self._flow(ruleset, tree, steps[1:], known)
            seen[name] = lambda more, tree=tree, known=known: self._flow(ruleset, tree, more, known)  # type: ignore[misc]
        if steps and steps[0] in found:
            return found[steps[0]]
        return _NOTHING.union(*found.values())

    def _iterated(self, ruleset: CheckedRuleset, iterators: tuple[Iterator, ...], bound: Bound) -> Bound:
        seen = dict(bound)
        for one in iterators:
            known, sources = dict(seen), (one.source,) if one.to is None else (one.source, one.to)
            seen[one.name] = (
                lambda more, sources=sources, known=known: self._all(ruleset, sources, more, known)  # type: ignore[misc]
            )
        return seen


def _trees(ruleset: CheckedRuleset, output: str) -> Iterable[Expr]:
    """Every expression that can give an output its value."""
    if output in ruleset.computed:
        return (ruleset.computed[output],)
    default = (ruleset.defaults[output],) if output in ruleset.defaults else ()
    return (*default, *(rule.then[output] for rule in ruleset.rules if output in rule.then))


def _decides(type_: Type) -> bool:
    """Whether a type has no values but those that the policy names."""
    return type_ == BOOLEAN or isinstance(type_, Enum) or (isinstance(type_, ListType) and _decides(type_.item))
