"""The Rete engine: decides with durable_rules where every fact is there, and hands on what is not.

Matching is the C engine's work; computed facts, outputs and actions are generated Python; hit policies are
`rules.engines.answer`. A ruleset with an absent fact, or with a fault on the way, is the interpreter's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from rules.check.checked import CheckedPolicySet
from rules.engines.base import Engine, NearMisses
from rules.engines.durable.compile import Decide, Values, compile_ruleset
from rules.engines.durable.extents import Extents
from rules.engines.durable.matching import Definition, Networks
from rules.engines.durable.rete import Network
from rules.engines.durable.nearly import Nearly, compile_near_misses
from rules.engines.durable.view import View
from rules.model.decision import Outcome
from rules.model.values import Value

Plan = tuple[tuple[str, Decide], ...]
MAX_PLANS: Final = 1_000
"""Plans kept; callers choose what they ask for, and there are more choices than memory."""


class DurableEngine:
    """Decides rulesets of one checked policy set; may be used by any number of threads.

    Two threads on one state of the C engine stall each other, so a decision borrows a set of networks that nobody
    else uses, or makes one. There are as many sets as decisions were ever under way at once, which is fewer than
    threads: most of a thread's time is spent on other things.
    """

    name = "durable_rules 2.0.28"

    def __init__(self, checked: CheckedPolicySet, fallback: Engine) -> None:
        self.checked = checked
        self.fallback = fallback
        self._definitions: list[Definition] = []
        self._compiled: dict[str, Decide] = {}
        self._nearly: dict[str, Nearly | None] = {}
        self._plans: dict[tuple[str, ...], Plan] = {}
        self._idle: list[Networks] = []
        views: dict[str, View] = {}
        extents: dict[str, Extents] = {}
        for name, ruleset in checked.rulesets.items():
            views[name] = view = View(checked, ruleset, views)
            extents[name] = Extents(view, extents)
            self._compiled[name] = compile_ruleset(view, extents[name], self._definitions)
            self._nearly[name] = compile_near_misses(view)

    def decide(self, asked: tuple[str, ...], facts: Mapping[str, Value], as_of: dt.date) -> dict[str, Outcome]:
        """See `Engine.decide`."""
        idle = self._idle
        try:
            networks = idle.pop()
        except IndexError:
            networks = [*map(Network, self._definitions)]
        try:
            return self._decided(asked, facts, as_of, networks)
        finally:
            idle.append(networks)

    def _decided(
        self, asked: tuple[str, ...], facts: Mapping[str, Value], as_of: dt.date, networks: Networks
    ) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        decided: dict[str, Values] = {}
        for name, decide in self._plans.get(asked) or self._plan(asked):
            try:
                outcome = decide(facts, as_of, decided, networks)
            except Exception:
                # Whatever it is, the definition knows what it means; it is slower and never wrong.
                outcome = None
            if outcome is None:
                outcome = self.fallback.decide_one(name, facts, as_of)
            elif outcome.status == "decided":
                decided[name] = outcome.values
            outcomes[name] = outcome
        return outcomes

    def decide_one(self, name: str, facts: Mapping[str, Value], as_of: dt.date) -> Outcome:
        """See `Engine.decide_one`."""
        return self.decide((name,), facts, as_of)[name]

    def near_misses(
        self, facts: Mapping[str, Value], as_of: dt.date, outcomes: Mapping[str, Outcome]
    ) -> dict[str, NearMisses]:
        """See `Engine.near_misses`. A rule that fired is no near miss: all its conditions hold."""
        present = {name for name, value in facts.items() if value is not None}
        decided = {name: outcome.values for name, outcome in outcomes.items() if outcome.status == "decided"}
        missed: dict[str, NearMisses] = {}
        for name in decided:
            nearly = self._nearly[name]
            missed[name] = None
            if nearly is None or not self.checked.rulesets[name].needs <= present:
                continue
            try:
                missed[name] = nearly(facts, as_of, decided)
            except Exception:
                continue  # what it is, the outcome tells
        return missed

    def close(self) -> None:
        """Lets go of all networks; each is freed once no decision uses it any more."""
        self._idle = []

    def _plan(self, asked: tuple[str, ...]) -> Plan:
        plan = tuple((name, self._compiled[name]) for name in self.checked.closure(asked))
        if len(self._plans) < MAX_PLANS:
            self._plans[asked] = plan
        return plan
