"""One decision from the JSON value of a request to its durable entry. Knows nothing of HTTP."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from service import messages
from service.decider import Decider
from service.deciders import Deciders
from service.explanation import explained
from service.ledger import Entry, IdempotencyConflict, Ledger
from service.problems import Refusal
from service.record import KIND, Decision, document, key_hash, receipt
from service.releases import ReleaseBook
from service.reload import SERVING, FolderState
from service.replay import Difference, replay
from service.repository import LoadedPolicy
from service.request import Request, request_hash

__all__ = ["Answer", "Decider", "DecisionService"]


class Answer(NamedTuple):
    """What leaves the house: the recorded decision's id and document, and whether it was recorded before."""

    decision_id: str
    document: bytes
    replayed: bool


class DecisionService:
    """Decides and records: no answer leaves before its entry is durable, and none before its release is."""

    def __init__(self, decider: Decider, ledger: Ledger) -> None:
        """Records the decider's policy as a release if it is not the newest one. Raises as `Ledger.append` does."""
        self.ledger = ledger
        self.folder: FolderState = SERVING
        self._deciders = Deciders(decider, ledger)

    @property
    def decider(self) -> Decider:
        """The decider of the release in force today."""
        return self._deciders.now

    @property
    def releases(self) -> ReleaseBook:
        """Every release that was recorded."""
        return self._deciders.book

    def adopt(self, policy: LoadedPolicy) -> None:
        """Let a policy decide from the next request on; recorded as a release first, unless it is the newest.

        Raises as `Ledger.append` does; then nothing has changed.
        """
        self._deciders.adopt(policy)

    def submit(self, value: Any, key: str | None = None, caller: str | None = None) -> Answer:
        """Decide a request and record it, or find the decision recorded under the same key before.

        `caller` is who asks, by its id; each has idempotency keys of its own.

        Raises `Refusal` for an invalid request or a key used for another one, `ReleaseUnusable`, and the
        ledger's errors.
        """
        asked_for = request_hash(value)
        if key is not None and (known := self.ledger.find_key(key_hash(key, caller))) is not None:
            return self.repeat(known, asked_for)
        decision = self.decision(value, caller)
        try:
            entry, repeated = self._append(decision, key, asked_for)
        except IdempotencyConflict:
            raise Refusal(messages.KEY_CONFLICT) from None
        if repeated:
            return self.repeat(entry, asked_for)
        return Answer(decision.decision_id, decision.document(receipt(entry)), replayed=False)

    def decision(self, value: Any, caller: str | None = None) -> Decision:
        """The decision on a request by the release that counts for it, not recorded; `caller` is who asks.

        Raises `Refusal` for an invalid request, `ReleaseUnusable`, and the ledger's errors.
        """
        decider, today = self._deciders.choose(value)
        return decider.decide(value, today, caller)

    def decider_for(self, value: Any) -> Decider:
        """The decider of the release that counts for a request. Raises `ReleaseUnusable`, the ledger's errors."""
        return self._deciders.choose(value)[0]

    def decider_of(self, release: str) -> Decider:
        """The decider of a recorded release, by its hash. Raises `ReleaseUnusable`, the ledger's errors."""
        return self._deciders.of(release)

    def repeat(self, entry: Entry, asked_for: bytes) -> Answer:
        """The answer that an entry holds. Raises `Refusal` unless it was for the same request."""
        if entry.document["request_hash"] != asked_for.hex():
            raise Refusal(messages.KEY_CONFLICT)
        return Answer(entry.entry_id, document(entry), replayed=True)

    def find(self, decision_id: str) -> bytes | None:
        """The document of a recorded decision."""
        entry = self.recorded(decision_id)
        return document(entry) if entry is not None else None

    def explanation(self, decision_id: str) -> dict[str, Any] | None:
        """Why and why not, derived again from what the entry holds, by the release it was made under.

        Raises `ReleaseUnusable`.
        """
        entry = self.recorded(decision_id)
        if entry is None:
            return None
        stored, content = entry.document, entry.content
        decider = self._deciders.of(content["policy"]["release"])
        facts, _, _ = decider.requests.facts.read(content["facts"])
        as_of = dt.date.fromisoformat(stored["as_of"])
        request = Request(tuple(content["asked"]), stored["subject"], as_of, facts)
        return {
            "decision_id": decision_id,
            "as_of": stored["as_of"],
            "policy": content["policy"],
            "rulesets": explained(decider.policy, request),
        }

    def replay(self, decision_id: str) -> tuple[Difference, ...] | None:
        """What deciding a recorded decision again gives that is not recorded. Raises `ReleaseUnusable`."""
        entry = self.recorded(decision_id)
        if entry is None:
            return None
        return replay(self._deciders.of(entry.content["policy"]["release"]), entry)

    def recorded(self, decision_id: str) -> Entry | None:
        """The entry of a recorded decision."""
        entry = self.ledger.get(decision_id)
        return entry if entry is not None and entry.kind == KIND else None

    def _append(self, decision: Decision, key: str | None, asked_for: bytes) -> tuple[Entry, bool]:
        appended = self.ledger.append(decision.draft(key, asked_for))
        return appended.entry, appended.replayed
