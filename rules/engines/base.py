"""What every engine offers, so that one can be judged against another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from rules.model.decision import Outcome
from rules.model.values import Value


NearMisses = tuple[tuple[int, int], ...] | None
"""The position of each rule and of its condition (`rules.engines.explain.conditions_of`)."""


class Engine(Protocol):
    """Decides rulesets of one checked policy set."""

    @property
    def name(self) -> str:
        """The engine's name and version, as written into the record."""
        ...

    def decide(
        self, asked: tuple[str, ...], facts: Mapping[str, Value], as_of: dt.date
    ) -> dict[str, Outcome]:
        """The outcome of each ruleset asked for and of each that these need.

        `facts` maps dotted names to typed values (numbers as Decimal, dates as date, lists of records as
        lists of dicts); a fact that is not there, or null, is absent. Never raises on data.
        """
        ...

    def near_misses(
        self, facts: Mapping[str, Value], as_of: dt.date, outcomes: Mapping[str, Outcome]
    ) -> dict[str, NearMisses]:
        """Of every decided outcome, the rules that one condition alone kept from holding.

        None where that was not asked: facts are absent, something is at fault, or the table is long.
        """
        ...

    def decide_one(self, name: str, facts: Mapping[str, Value], as_of: dt.date) -> Outcome:
        """The outcome of one ruleset, without telling those of the rulesets that it needs."""
        ...
