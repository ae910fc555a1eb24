"""Deciding with facts absent: what do all completions of the absent facts agree on?

A completion gives every absent fact some value of its declared type and range. A ruleset is undecided if
and only if two completions give different outcomes (values or required actions); a fact is missing if
two completions that differ in it alone do. The search walks the ruleset's own evaluation with unknown
values, splits wherever a question has both answers, and compares the ends of the paths. It is exact for
enums, booleans, and linear arithmetic over numbers and dates; what it cannot follow it takes as able to
go either way, and where the bound on paths is reached every absent fact counts as missing (`exact` is
then false). It may ask for too much, never for too little.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from typing import Final

from rules.check.checked import CheckedPolicySet
from rules.engines.completions.dependence import Dependence
from rules.engines.completions.leaf import Leaf, leaf_of, separates
from rules.engines.completions.path import Path
from rules.engines.completions.region import Space, space_of
from rules.engines.completions.symbolic import Symbolic
from rules.engines.completions.symbols import facts_in
from rules.engines.evaluation import Evaluation
from rules.model.decision import Outcome
from rules.model.values import Value

__all__ = ["over_completions"]

MAX_PATHS: Final = 4_000
MAX_PAIRS: Final = 200_000
RANKED: Final = 32
"""Leaves that are looked at to rank the missing facts, even where all are proved sooner."""


def over_completions(
    checked: CheckedPolicySet, name: str, facts: Mapping[str, Value], as_of: dt.date
) -> Outcome:
    """The outcome of one ruleset where some facts that it needs are absent."""
    needs = checked.rulesets[name].needs
    absent = tuple(f for f in checked.policy.facts if f in needs and facts.get(f) is None)
    space = space_of(checked, absent)
    search = Search(space)
    for leaf in walk(checked, name, facts, as_of, space):
        search.add(leaf)
        if not search.unproved and len(search.leaves) >= RANKED:
            break
        if search.exhausted:
            return Outcome("undecided", {}, (), (), absent, exact=False)
    if search.proved:
        return Outcome("undecided", {}, (), (), search.missing_facts())
    return agreed(search.leaves, [rule.id for rule in checked.rulesets[name].rules])


class Search:
    """The leaves found so far, and which facts they prove to matter.

    A fact that matters is proved by two leaves; that one does not, only by all pairs. So the search ends
    early where everything matters, as it mostly does when much is absent.
    """

    def __init__(self, space: Space) -> None:
        self.leaves: list[Leaf] = []
        self.facts = space.facts
        self.unproved = list(space.facts)
        self.proved: set[str] = set()
        self.pairs = 0

    @property
    def exhausted(self) -> bool:
        """Whether the bound on work is reached."""
        return len(self.leaves) > MAX_PATHS or self.pairs > MAX_PAIRS

    def add(self, leaf: Leaf) -> None:
        """Compares a new leaf with all others, and with itself."""
        self.leaves.append(leaf)
        for fact in tuple(self.unproved):
            self.pairs += len(self.leaves)
            if any(separates(leaf, other, fact) for other in reversed(self.leaves)):
                self.unproved.remove(fact)
                self.proved.add(fact)

    def missing_facts(self) -> tuple[str, ...]:
        """The facts proved to matter, those first that tell most outcomes apart."""
        counts = {fact: self._told_apart(fact) for fact in self.facts if fact in self.proved}
        return tuple(sorted(counts, key=lambda fact: -counts[fact]))

    def _told_apart(self, fact: str) -> int:
        """How many pairs of different outcomes this fact alone can decide between."""
        found: set[tuple[str, str]] = set()
        for i, a in enumerate(self.leaves[:RANKED]):
            for b in self.leaves[i:RANKED]:
                pair = (a.name, b.name) if a.name < b.name else (b.name, a.name)
                if pair not in found and separates(a, b, fact):
                    found.add(pair)
        return len(found)


def walk(
    checked: CheckedPolicySet, name: str, facts: Mapping[str, Value], as_of: dt.date, space: Space
) -> Iterator[Leaf]:
    """Every path through the evaluation, with its outcome."""
    dependence = Dependence(checked, name, frozenset(space.facts))
    known = {**facts, **space.symbols}
    todo: deque[tuple[bool, ...]] = deque([()])
    while todo:
        path = Path(space, todo.popleft())
        outcome = Evaluation(checked, known, as_of, Symbolic(path, dependence)).outcome(name)
        yield leaf_of(path.region(), outcome)
        todo += [(*path.answers[:fork], False) for fork in path.forks]


def agreed(leaves: list[Leaf], order: list[str]) -> Outcome:
    """The one outcome of all leaves, with every rule that may have led to it, in rule order."""
    first = next((leaf for leaf in leaves if not leaf.symbolic), None)
    if first is None:
        return Outcome("undecided", {}, (), (), tuple(sorted(_facts(leaves))), exact=False)
    fired = {rule for leaf in leaves for rule in leaf.outcome.rules}
    required = dict.fromkeys(action for leaf in leaves for action in leaf.outcome.actions)
    actions = sorted(required, key=lambda a: -1 if a.rule is None else order.index(a.rule))
    return first.outcome._replace(
        rules=tuple(rule for rule in order if rule in fired),
        actions=tuple(actions),
        certain=all(leaf.outcome.rules == first.outcome.rules for leaf in leaves),
    )


def _facts(leaves: Iterable[Leaf]) -> set[str]:
    return {fact for leaf in leaves for part in leaf.parts for fact in facts_in(part)}
