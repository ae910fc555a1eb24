"""One decision from the JSON value of a request to its durable entry. Knows nothing of HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from service import messages
from service.clock import Clock, Ids, SystemClock
from service.config import CrossCheck
from service.crosscheck import CrossChecker, Disagreement
from service.explanation import explained
from service.ledger import Entry, IdempotencyConflict, Ledger
from service.ledger.entry import utc_text
from service.present import Presenter, Shown, worst
from service.problems import Refusal
from service.record import KIND, Decision, document, key_hash, receipt
from service.repository import LoadedPolicy
from service.request import Request, Requests, request_hash


class Answer(NamedTuple):
    """What leaves the house: the recorded decision's id and document, and whether it was recorded before."""

    decision_id: str
    document: bytes
    replayed: bool


class Decider:
    """Decides requests under one policy, without recording them."""

    def __init__(
        self,
        policy: LoadedPolicy,
        cross_check: CrossCheck = "sampled",
        clock: Clock | None = None,
        ids: Ids | None = None,
    ) -> None:
        self.policy = policy
        self.requests = Requests(policy.checked)
        self._presenter = Presenter(policy.checked)
        self._checker = CrossChecker(cross_check, policy.reference)
        self._clock = clock or SystemClock()
        self._ids = ids or Ids()
        self._release = {"release": policy.checked.release, "label": policy.checked.policy.label}

    def read(self, value: Any) -> Request:
        """The request in a JSON value. Raises `Refusal` with every fault."""
        return self.requests.read(value, self.today)

    def today(self) -> dt.date:
        """The business day that it is now, in the policy's time zone."""
        return self._clock.now().astimezone(self.policy.time_zone).date()

    def decide(self, value: Any) -> Decision:
        """The decision on a request. Raises `Refusal` with every fault of it."""
        received_at = self._clock.now()
        request = self.read(value)
        decision_id = self._ids.at(received_at)
        outcomes = self.policy.engine.decide(request.asked, request.facts, request.as_of)
        checked, disputes = self._checker.check(decision_id, outcomes, request.asked, request.facts, request.as_of)
        shown = {name: self._presenter.shown(name, outcome) for name, outcome in checked.items()}
        content = self._content(request, received_at, shown)
        if disputes:
            content["disagreements"] = [self._dispute(dispute) for dispute in disputes]
        return Decision(decision_id, request.subject, request.as_of, self._clock.now(), content)

    def _content(self, request: Request, received_at: dt.datetime, shown: Mapping[str, Shown]) -> dict[str, Any]:
        asked = [shown[name].outcome for name in request.asked]
        missing = dict.fromkeys(fact for outcome in asked for fact in outcome.missing_facts)
        return {
            "status": worst(outcome.status for outcome in asked),
            "received_at": utc_text(received_at),
            "caller": None,
            "policy": self._release,
            "engine": self.policy.engine.name,
            "facts": self.requests.facts.write(request.facts),
            "asked": list(request.asked),
            "outcomes": {name: one.document for name, one in shown.items()},
            "required_actions": self._presenter.required_actions(shown, request.as_of),
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


class DecisionService:
    """Decides and records: no answer leaves before its entry is durable."""

    def __init__(self, decider: Decider, ledger: Ledger) -> None:
        self.decider = decider
        self.ledger = ledger

    def submit(self, value: Any, key: str | None = None) -> Answer:
        """Decide a request and record it, or find the decision recorded under the same key before.

        Raises `Refusal` for an invalid request or a key used for another one, and the ledger's errors.
        """
        asked_for = request_hash(value)
        if key is not None and (known := self.ledger.find_key(key_hash(key))) is not None:
            return self._replay(known, asked_for)
        decision = self.decider.decide(value)
        try:
            entry, replayed = self._append(decision, key, asked_for)
        except IdempotencyConflict:
            raise Refusal(messages.KEY_CONFLICT) from None
        if replayed:
            return self._replay(entry, asked_for)
        return Answer(decision.decision_id, decision.document(receipt(entry)), replayed=False)

    def find(self, decision_id: str) -> bytes | None:
        """The document of a recorded decision."""
        entry = self.ledger.get(decision_id)
        return document(entry) if entry is not None and entry.kind == KIND else None

    def explanation(self, decision_id: str) -> dict[str, Any] | None:
        """Why and why not, derived again from what the entry holds. Raises `Refusal` under another release."""
        entry = self.ledger.get(decision_id)
        if entry is None or entry.kind != KIND:
            return None
        stored, content = entry.document, entry.document["content"]
        policy = self.decider.policy
        if content["policy"]["release"] != policy.checked.release:
            raise Refusal(messages.OTHER_RELEASE)
        facts, _ = self.decider.requests.facts.read(content["facts"])
        as_of = dt.date.fromisoformat(stored["as_of"])
        request = Request(tuple(content["asked"]), stored["subject"], as_of, facts)
        return {
            "decision_id": decision_id,
            "as_of": stored["as_of"],
            "policy": content["policy"],
            "rulesets": explained(policy, request),
        }

    def _append(self, decision: Decision, key: str | None, asked_for: bytes) -> tuple[Entry, bool]:
        appended = self.ledger.append(decision.draft(key, asked_for))
        return appended.entry, appended.replayed

    def _replay(self, entry: Entry, asked_for: bytes) -> Answer:
        if entry.document["request_hash"] != asked_for.hex():
            raise Refusal(messages.KEY_CONFLICT)
        return Answer(entry.entry_id, document(entry), replayed=True)
