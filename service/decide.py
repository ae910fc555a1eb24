"""One decision from the JSON value of a request to its durable entry. Knows nothing of HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from service import erasures, messages, messages_personal
from service.decider import Decider
from service.deciders import Deciders
from service.explanation import explained
from service.ledger import Draft, Entry, IdempotencyConflict, Ledger, LedgerError
from service.meter import Meter, Silent
from service.personal import Unopened, Vault
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

    def __init__(
        self, decider: Decider, ledger: Ledger, vault: Vault | None = None, meter: Meter | None = None
    ) -> None:
        """Records the decider's policy as a release if it is not the newest one. Raises as `Ledger.append` does.

        `vault` seals personal facts; without one their keys end with the process. `meter` is told of each decision.
        """
        self.ledger = ledger
        self.vault = vault or Vault()
        self.meter = meter or Silent()
        self.folder: FolderState = SERVING
        self.stopping: Callable[[], bool] = lambda: False
        """Whether the service was told to stop: it decides what still comes, and is not ready for more."""
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
        begun = self.meter.now()
        decision = self.decision(value, caller)
        draft = self.draft(decision, key, asked_for)
        made = self.meter.now()
        try:
            appended = self.ledger.append(draft)
        except IdempotencyConflict:
            return self.overtaken(draft, asked_for)
        except LedgerError:
            self.meter.unanswered()
            raise
        if appended.replayed:
            return self.repeat(appended.entry, asked_for)
        self.meter.recorded(decision, appended.entry.index, made - begun, self.meter.now() - made)
        return Answer(decision.decision_id, decision.document(receipt(appended.entry)), replayed=False)

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

    def draft(self, decision: Decision, key: str | None, asked_for: bytes) -> Draft:
        """The decision as an entry to append, what is personal in it sealed. Raises `KeysUnusable`."""
        if decision.personal is None:
            return decision.draft(key, asked_for)
        content, hashed = self.vault.sealed(
            decision.personal, decision.decision_id, decision.subject, decision.content, asked_for
        )
        return replace(decision, content=content, personal=None).draft(key, hashed)

    def repeat(self, entry: Entry, asked_for: bytes) -> Answer:
        """The answer that an entry holds. Raises `Refusal` unless it was for the same request."""
        try:
            hashed = self.vault.request_hash(entry, asked_for)
        except Unopened as unopened:
            told = erasures.refusal(self.ledger, unopened.key_id)
            raise replace(told, detail=messages_personal.RETRY_ERASED) from None
        if entry.request_hash != hashed:
            raise Refusal(messages.KEY_CONFLICT)
        self.meter.repeated()
        return Answer(entry.entry_id, self._document(entry), replayed=True)

    def overtaken(self, draft: Draft, asked_for: bytes) -> Answer:
        """The answer to a draft whose idempotency key was taken meanwhile, by a hash that is another one.

        Of two at once without a subject each has sealed under a key of its own. Raises as `repeat` does.
        """
        known = None if draft.key_hash is None else self.ledger.find_key(draft.key_hash)
        if known is None:
            raise Refusal(messages.KEY_CONFLICT)
        return self.repeat(known, asked_for)

    def find(self, decision_id: str) -> bytes | None:
        """The document of a recorded decision."""
        entry = self.recorded(decision_id)
        return self._document(entry) if entry is not None else None

    def _document(self, entry: Entry) -> bytes:
        """The answer as it was sent, or what is left of it once parts of it are erased."""
        shown = self.vault.shown(entry)
        return document(shown, erasures.told(self.ledger, entry) if shown is entry else None)

    def explanation(self, decision_id: str) -> dict[str, Any] | None:
        """Why and why not, derived again from what the entry holds, by the release it was made under.

        Raises `ReleaseUnusable`, and `Refusal` where the facts are erased.
        """
        entry = self.recorded(decision_id)
        if entry is None:
            return None
        try:
            entry = self.vault.opened(entry)
        except Unopened as unopened:
            raise erasures.refusal(self.ledger, unopened.key_id) from None
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
        """What deciding a recorded decision again gives that is not recorded.

        Raises `ReleaseUnusable`, and `Refusal` where the facts are erased.
        """
        entry = self.recorded(decision_id)
        if entry is None:
            return None
        try:
            return replay(self._deciders.of(entry.content["policy"]["release"]), entry, self.vault)
        except Unopened as unopened:
            raise erasures.refusal(self.ledger, unopened.key_id) from None

    def recorded(self, decision_id: str) -> Entry | None:
        """The entry of a recorded decision."""
        entry = self.ledger.get(decision_id)
        return entry if entry is not None and entry.kind == KIND else None
