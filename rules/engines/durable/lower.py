"""Rules as alternatives: a rule holds where all tests of one of its alternatives do.

First all conditions are read, so that every property knows all constants it is compared with; then they
are multiplied out. A condition that would become too many alternatives is computed as one boolean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from rules.check.checked import CheckedRule
from rules.engines.durable.conditions import Atom, Conditions, Every, Logic, Some
from rules.engines.durable.integers import EVERYTHING, Integers
from rules.engines.durable.limits import MAX_DISJUNCTION
from rules.engines.durable.properties import CodeProperty, Property
from rules.model.expr import Expr

Tests = Mapping[Property, Integers]
"""What each property must be; a property that may be anything is not there."""

MAX_TESTS = 64
"""Properties that one alternative may test; conditions with more are computed as booleans."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which the rule at position `row` holds."""

    row: int
    tests: Tests


class _TooManyError(Exception):
    """A condition has more alternatives than are worth counting."""


class Lowering:
    """Lowers the rules of one ruleset."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions

    def lower(self, rules: Sequence[CheckedRule]) -> list[Alternative]:
        """The alternatives of all rules, in rule order; a rule that can never hold has none."""
        read = [[(tree, self.conditions.read(tree)) for tree in rule.conditions] for rule in rules]
        return [Alternative(row, tests) for row, parts in enumerate(read) for tests in self._rule(parts)]

    def _rule(self, parts: Sequence[tuple[Expr, Logic]]) -> list[Tests]:
        ways = [self._ways(tree, logic) for tree, logic in parts]
        while prod(map(len, ways)) > MAX_DISJUNCTION:
            largest = max(range(len(ways)), key=lambda i: len(ways[i]))
            ways[largest] = self._boolean(parts[largest][0])
        found = [one for tests in self._product(ways) for one in split(tests)]
        if len(found) > MAX_DISJUNCTION or any(len(tests) > MAX_TESTS for tests in found):
            return self._product([self._boolean(tree) for tree, _ in parts])
        return found

    def _boolean(self, tree: Expr) -> list[Tests]:
        return self._multiplied(self.conditions.computed(tree))

    def _ways(self, tree: Expr, logic: Logic) -> list[Tests]:
        try:
            found = self._multiplied(logic)
        except _TooManyError:
            return self._boolean(tree)
        return found if len(found) <= MAX_DISJUNCTION else self._boolean(tree)

    def _multiplied(self, logic: Logic) -> list[Tests]:
        """The disjunctive normal form."""
        match logic:
            case Atom():
                return self._atom(logic)
            case Every(parts):
                return self._product([self._multiplied(part) for part in parts])
            case Some(parts):
                return _merged(tests for part in parts for tests in self._multiplied(part))

    def _product(self, factors: Sequence[Sequence[Tests]]) -> list[Tests]:
        found: list[Tests] = [{}]
        for factor in factors:
            found = [both for a in found for b in factor if (both := conjunction(a, b)) is not None]
            if len(found) > 4 * MAX_DISJUNCTION:
                raise _TooManyError
        return found

    def _atom(self, atom: Atom) -> list[Tests]:
        allowed = atom.property.allowed(atom.op, atom.value).within(atom.property.domain)
        if allowed.empty:
            return []
        return [{}] if allowed == EVERYTHING else [{atom.property: allowed}]

    def matchable(self, tests: Tests) -> Tests:
        """The same tests without sets of codes that are no run: the matcher sees those as memberships."""
        found: dict[Property, Integers] = {}
        for property_, allowed in tests.items():
            if isinstance(property_, CodeProperty) and len(allowed.runs) > 1 and hole(allowed) is None:
                member = self.conditions.member(property_, allowed)
                found[member.property] = member.property.allowed("=", 1)
            else:
                found[property_] = allowed
        return found


def split(tests: Tests) -> list[Tests]:
    """The tests with numbers and ranks kept to one run each, or to all but one value."""
    found: list[dict[Property, Integers]] = [{}]
    for property_, allowed in tests.items():
        whole = isinstance(property_, CodeProperty) or hole(allowed) is not None
        runs = [allowed] if whole else [Integers((run,)) for run in allowed.runs]
        found = [{**one, property_: run} for one in found for run in runs]
        if len(found) > 4 * MAX_DISJUNCTION:
            break  # too many already, as the caller will see
    return list(found)


def hole(allowed: Integers) -> int | None:
    """The one integer that is not allowed, where it is just one."""
    gap = allowed.complement().runs
    return gap[0][0] if len(gap) == 1 and gap[0][0] == gap[0][1] else None


def conjunction(a: Tests, b: Tests) -> Tests | None:
    """Both; None where they exclude each other."""
    both = dict(a)
    for property_, allowed in b.items():
        both[property_] = (both.get(property_, EVERYTHING) & allowed).within(property_.domain)
        if both[property_].empty:
            return None
    return {p: allowed for p, allowed in both.items() if allowed != EVERYTHING}


def _merged(ways: Iterable[Tests]) -> list[Tests]:
    """The ways with those on the same single property made one: `x = 1 or x = 2` is one test."""
    single: dict[Property, Integers] = {}
    others: list[Tests] = []
    for tests in ways:
        if not tests:
            return [{}]
        if len(tests) == 1:
            ((property_, allowed),) = tests.items()
            single[property_] = single[property_] | allowed if property_ in single else allowed
        else:
            others.append(tests)
    merged = [{p: allowed.within(p.domain)} for p, allowed in single.items()]
    if any(allowed == EVERYTHING for tests in merged for allowed in tests.values()):
        return [{}]
    return [*merged, *others]
