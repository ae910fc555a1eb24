"""Finding the rules that hold: through the cuts of a sharded table to the networks that match.

A case is the tuple of its properties. Rules are numbered by their position in the ruleset.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from rules.engines.durable.rete import Network, Test

NONE: Final = -1
"""Instead of the number of a rule: no rule holds."""

Case = tuple[Any, ...]
Networks = Sequence[Network]
"""The networks of one thread."""

Definition = Sequence[Sequence[Test]]


class Matcher(Protocol):
    """Says which rules hold."""

    def first(self, networks: Networks, case: Case) -> int:
        """The first rule that holds, or NONE."""

    def every(self, networks: Networks, case: Case) -> set[int]:
        """All rules that hold."""


@dataclass(frozen=True, slots=True)
class LeafMatcher:
    """One network. `rows` has the rule of each alternative and, last, the one that holds when none does.

    `always` are rules without tests. `exclusive` says that no two alternatives hold together.
    """

    network: int | None
    message: Callable[..., str]
    rows: tuple[int, ...]
    always: frozenset[int]
    exclusive: bool

    def first(self, networks: Networks, case: Case) -> int:
        """See `Matcher`."""
        if self.network is None:
            return self.rows[NONE]
        return self.rows[networks[self.network].first(self.message(*case))]

    def every(self, networks: Networks, case: Case) -> set[int]:
        """See `Matcher`."""
        if self.network is None:
            return set(self.always)
        if self.exclusive:
            row = self.first(networks, case)
            return set() if row == NONE else {row}
        found = networks[self.network].every(self.message(*case))
        return {self.rows[i] for i in found} | self.always


@dataclass(frozen=True, slots=True)
class CutMatcher:
    """The part that the property at `position` leads to."""

    position: int
    cuts: tuple[Any, ...]
    parts: tuple[Matcher, ...]

    def first(self, networks: Networks, case: Case) -> int:
        """See `Matcher`."""
        return self.parts[bisect_right(self.cuts, case[self.position])].first(networks, case)

    def every(self, networks: Networks, case: Case) -> set[int]:
        """See `Matcher`."""
        return self.parts[bisect_right(self.cuts, case[self.position])].every(networks, case)


@dataclass(frozen=True, slots=True)
class RunMatcher:
    """The parts one after another."""

    parts: tuple[Matcher, ...]

    def first(self, networks: Networks, case: Case) -> int:
        """See `Matcher`."""
        for part in self.parts:
            row = part.first(networks, case)
            if row != NONE:
                return row
        return NONE

    def every(self, networks: Networks, case: Case) -> set[int]:
        """See `Matcher`."""
        return set().union(*(part.every(networks, case) for part in self.parts))
