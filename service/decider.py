"""Decisions on requests under one policy, without recording them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import chain
from typing import Any, NamedTuple

from rules.model.decision import Outcome
from service.clock import Clock, Ids, SystemClock
from service.config import CrossCheck
from service.crosscheck import CrossChecker, Disagreement
from service.ledger.canonical import written
from service.ledger.entry import Facet, utc_text
from service.personal.plan import Plan
from service.present import Presenter, Shown, worst
from service.record import Decision
from service.repository import LoadedPolicy
from service.request import Request, Requests


class Derived(NamedTuple):
    """What follows from the policy, the request and its outcomes alone: a part of the entry, and its facets.

    What is large in it is written already, for the answer shows the same.
    """

    content: dict[str, Any]
    facets: tuple[Facet, ...]


class Decider:
    """Decides requests under one policy, without recording them."""

    def __init__(
        self,
        policy: LoadedPolicy,
        cross_check: CrossCheck = "sampled",
        clock: Clock | None = None,
        ids: Ids | None = None,
        known_from: dt.datetime | None = None,
    ) -> None:
        """`known_from` is the earliest moment that a request's `known_at` may name."""
        self.policy = policy
        self.requests = Requests(policy.checked)
        self.clock = clock or SystemClock()
        self.ids = ids or Ids()
        self._cross_check = cross_check
        self._known_from = known_from
        self._presenter = Presenter(policy.checked)
        self._checker = CrossChecker(cross_check, policy.reference)
        self.plan = Plan(policy.checked)
        self._release = written({"release": policy.checked.release, "label": policy.checked.policy.label})

    def under(self, policy: LoadedPolicy, known_from: dt.datetime | None = None) -> Decider:
        """The same under another policy: with this one's clock, ids and settings, and its first moment of knowledge."""
        return Decider(policy, self._cross_check, self.clock, self.ids, known_from or self._known_from)

    def read(self, value: Any, today: dt.date | None = None) -> Request:
        """The request in a JSON value. Raises `Refusal` with every fault."""
        return self.requests.read(value, lambda: today or self.today(), self._known_from, self.clock.now())

    def today(self) -> dt.date:
        """The business day that it is now, in the policy's time zone."""
        return self.clock.now().astimezone(self.policy.time_zone).date()

    def decide(self, value: Any, today: dt.date | None = None, caller: str | None = None) -> Decision:
        """The decision on a request; `today` stands in for the present business day, `caller` is who asks.

        Raises `Refusal` with every fault of the request.
        """
        received_at = self.clock.now()
        request = self.read(value, today)
        decision_id = self.ids.at(received_at)
        outcomes = self.policy.engine.decide(request.asked, request.facts, request.as_of)
        checked, disputes = self._checker.check(decision_id, outcomes, request.asked, request.facts, request.as_of)
        derived = self.derived(request, checked, disputes)
        content = {
            "received_at": utc_text(received_at),
            "known_at": None if request.known_at is None else utc_text(request.known_at),
            "caller": caller,
            "engine": self.policy.engine.name,
            **derived.content,
        }
        personal = self.plan if self.plan.concerns(request.facts) else None
        return Decision(
            decision_id, request.subject, request.as_of, self.clock.now(), content, derived.facets, personal
        )

    def derived(
        self, request: Request, outcomes: Mapping[str, Outcome], disputes: tuple[Disagreement, ...]
    ) -> Derived:
        """What an entry holds that follows from the policy, the request and its outcomes alone."""
        near = self.policy.engine.near_misses(request.facts, request.as_of, outcomes)
        shown = {name: self._presenter.shown(name, outcome, near.get(name)) for name, outcome in outcomes.items()}
        content = self._content(request, shown)
        if disputes:
            content["disagreements"] = [self._dispute(dispute) for dispute in disputes]
        return Derived(content, tuple(chain.from_iterable([one.facets for one in shown.values()])))

    def _content(self, request: Request, shown: Mapping[str, Shown]) -> dict[str, Any]:
        asked = [shown[name].outcome for name in request.asked]
        missing = dict.fromkeys([fact for outcome in asked for fact in outcome.missing_facts])
        return {
            "status": worst([outcome.status for outcome in asked]),
            "policy": self._release,
            "facts": request.as_given or self.requests.facts.write(request.facts),
            "asked": list(request.asked),
            "outcomes": written({name: one.document for name, one in shown.items()}),
            "required_actions": self._presenter.required_actions(shown.values(), request.as_of),
            "missing_facts": list(missing),
        }

    def _dispute(self, dispute: Disagreement) -> dict[str, Any]:
        """Both answers to one ruleset, for the record."""
        name = dispute.ruleset
        return {
            "ruleset": name,
            "answer": self._presenter.shown(name, dispute.answer).document if dispute.answer else None,
            "reference": self._presenter.shown(name, dispute.reference).document if dispute.reference else None,
        }
