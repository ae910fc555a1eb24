"""One path of the search: answers questions about absent facts, and remembers what it assumed."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

from rules.engines.completions.linear import Constraint, Linear, feasible, interval_of
from rules.engines.completions.region import Region, Space
from rules.model.values import Value


class Path:
    """Follows the answers given in `prefix`, then says yes wherever both answers are possible.

    `forks` are the positions at which the other answer was possible too: the paths still to be walked.
    """

    def __init__(self, space: Space, prefix: tuple[bool, ...] = ()) -> None:
        self.space = space
        self.answers = list(prefix)
        self.position = 0
        self.forks: list[int] = []
        self._finite = dict(space.finite)
        self._intervals = dict(space.intervals)
        self._joint: list[Constraint] = []
        self._opaque: dict[Hashable, tuple[bool, frozenset[str]]] = {}

    def region(self) -> Region:
        """The completions that would have taken this path."""
        return Region(self._finite, self._intervals, tuple(self._joint), self._opaque)

    def is_one_of(self, fact: str, values: frozenset[Value]) -> bool:
        """Whether a finite fact is among these values."""
        now = self._finite[fact]
        if now <= values:
            return True
        if not now & values:
            return False
        answer = self._choose()
        self._finite[fact] = now & values if answer else now - values
        return answer

    def value_of(self, fact: str) -> Value:
        """The value of a finite fact, settled by asking for one after the other."""
        for value in sorted(self._finite[fact], key=str):
            if self.is_one_of(fact, frozenset({value})):
                return value
        raise AssertionError("a finite fact always has a value")

    def holds(self, form: Linear, strict: bool) -> bool:
        """Whether `form <= 0` (`< 0` where strict)."""
        if not form.terms:
            return form.constant < 0 or (form.constant == 0 and not strict)
        yes = Constraint(form, strict)
        no = yes.opposite()
        if self.position < len(self.answers):
            answer = self._choose()
        elif not self._possible(no):
            answer = self._settle(True)
        elif not self._possible(yes):
            answer = self._settle(False)
        else:
            answer = self._choose()
        self._keep(yes if answer else no)
        return answer

    def _possible(self, constraint: Constraint) -> bool:
        if len(constraint.form.terms) > 1:
            return feasible([*self._joint, constraint], self._intervals)
        (name, _), *_ = constraint.form.terms
        narrowed = self._intervals[name].meet(interval_of(constraint, self.space.steps[name]))
        if narrowed.empty:
            return False
        return not self._joint or feasible(self._joint, {**self._intervals, name: narrowed})

    def _keep(self, constraint: Constraint) -> None:
        if len(constraint.form.terms) > 1:
            self._joint.append(constraint)
        else:
            (name, _), *_ = constraint.form.terms
            wanted = interval_of(constraint, self.space.steps[name])
            self._intervals[name] = self._intervals[name].meet(wanted)

    def is_zero(self, form: Linear) -> bool:
        """Whether `form = 0`."""
        return self.holds(form, False) and self.holds(form.times(Fraction(-1)), False)

    def assume(self, key: Hashable, facts: frozenset[str]) -> bool:
        """Either answer to a question that nothing more is known about."""
        if key not in self._opaque:
            self._opaque[key] = (self._choose(), facts)
        return self._opaque[key][0]

    def _settle(self, answer: bool) -> bool:
        """The only possible answer, kept so that a later walk along this path need not find it again."""
        self.answers.append(answer)
        self.position += 1
        return answer

    def _choose(self) -> bool:
        if self.position == len(self.answers):
            self.forks.append(self.position)
            self.answers.append(True)
        self.position += 1
        return self.answers[self.position - 1]
