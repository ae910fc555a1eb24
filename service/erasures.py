"""Erasing the personal data of a subject, or of one decision without a subject: its key goes, the log stays.

The key is destroyed first and the entry that says so is appended second, so the log never says that something
is erased which can still be read. What ends between the two is finished by the next call or the next start:
the table of keys remembers which keys are destroyed and not yet on record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final

from service import messages_personal as messages
from service.clock import Clock
from service.ledger import Draft, Entry, EntryExists, Ledger
from service.ledger.entry import utc_text
from service.personal import Destroyed, Owner, SubjectKeys
from service.personal.vault import MEMBER
from service.problems import Refusal
from service.record import KIND as DECISION
from service.record import receipt
from service.register.take import ERASURE as KIND

_ANSWERED: Final = ("/outcomes/", "/required_actions/")
"""Where the parts of an entry stand that an answer shows."""

Json = dict[str, Any]


def erasure_id(key_id: str) -> str:
    """The id of the entry that says that a key is destroyed: there can be only one."""
    return f"{key_id}.erased"


class Erasures:
    """What was erased from one ledger, and erasing more."""

    def __init__(
        self, ledger: Ledger, keys: SubjectKeys, clock: Clock, then: Callable[[], None] = lambda: None
    ) -> None:
        """`then` is called after each erasure is on record, for what was made of entries to follow."""
        self._ledger = ledger
        self._keys = keys
        self._clock = clock
        self._then = then

    def of(self, owner: Owner) -> tuple[Json, bool] | None:
        """Erase what is sealed under an owner's key; as `of_subject` and `of_decision` say."""
        return self.of_subject(owner.name) if owner.kind == "subject" else self.of_decision(owner.name)

    def of_subject(self, subject: str, caller: str | None = None) -> tuple[Json, bool] | None:
        """Erase what is sealed about a subject; the record of it, and whether there was nothing left to erase.

        `caller` is who asks. None where nothing was ever sealed about it. Raises `KeysUnusable` and the ledger's
        errors.
        """
        owner = Owner("subject", subject)
        entry = self._erased(owner, self._keys.living(owner), caller)
        if entry is not None:
            return shown(entry), False
        last = self._ledger.search(subject=subject, kind=KIND, limit=1).entries
        return (shown(last[0]), True) if last else None

    def of_decision(self, decision_id: str, caller: str | None = None) -> tuple[Json, bool] | None:
        """The same for one decision that names no subject; None where there is none, or nothing is sealed in it.

        Raises `Refusal` for a decision about a subject, whose key it shares with others.
        """
        decision = self._ledger.get(decision_id)
        if decision is None or decision.kind != DECISION or MEMBER not in decision.content:
            return None
        subject = decision.document["subject"]
        if subject is not None:
            raise Refusal(messages.OF_A_SUBJECT, members={"subject": subject})
        key_id = decision.content[MEMBER]["key"]
        entry = self._erased(Owner("decision", decision_id), key_id, caller)
        if entry is not None:
            return shown(entry), False
        recorded = self._ledger.get(erasure_id(key_id))
        return None if recorded is None else (shown(recorded), True)

    def settle(self) -> int:
        """Finish what was interrupted, and destroy again what an old copy of the keys brought back; how many.

        Raises `KeysUnusable` and the ledger's errors.
        """
        for key_id, _ in self._keys.owners():
            if self._ledger.get(erasure_id(key_id)) is not None:
                self._keys.destroy(key_id, self._clock.now())
        left = self._keys.unrecorded()
        for destroyed in left:
            self._record(destroyed)
        if left:
            self._then()
        return len(left)

    def _erased(self, owner: Owner, key_id: str | None, caller: str | None) -> Entry | None:
        """Destroy a key and record every key of the owner that is destroyed and not on record; the last entry."""
        if key_id is not None:
            self._keys.destroy(key_id, self._clock.now(), caller)
        entry = None
        for destroyed in self._keys.unrecorded():
            if destroyed.owner == owner:
                entry = self._record(destroyed)
        if entry is not None:
            self._then()
        return entry

    def _record(self, destroyed: Destroyed) -> Entry:
        try:
            entry = self._ledger.append(self._draft(destroyed)).entry
        except EntryExists:
            known = self._ledger.get(erasure_id(destroyed.key_id))
            assert known is not None
            entry = known
        self._keys.record(destroyed.key_id)
        return entry

    def _draft(self, destroyed: Destroyed) -> Draft:
        now = self._clock.now()
        kind, name = destroyed.owner
        return Draft(
            kind=KIND,
            entry_id=erasure_id(destroyed.key_id),
            subject=name if kind == "subject" else None,
            as_of=now.date(),
            decided_at=now,
            key_hash=None,
            request_hash=hashlib.sha256(destroyed.key_id.encode()).digest(),
            content={
                "key": destroyed.key_id,
                "decision_id": name if kind == "decision" else None,
                "destroyed_at": utc_text(destroyed.at),
                "caller": destroyed.caller,
            },
        )


def refusal(ledger: Ledger, key_id: str) -> Refusal:
    """Why what is sealed under a key cannot be read any more: when it was erased, and by which entry."""
    entry = ledger.get(erasure_id(key_id))
    if entry is None:
        return Refusal(messages.KEY_MISSING)
    return Refusal(messages.ERASED, members={"erased": shown(entry)})


def told(ledger: Ledger, decision: Entry) -> Json | None:
    """The erasure that left parts of a decision's answer null, None where none did."""
    personal = decision.content.get(MEMBER)
    if personal is None or not any(pointer.startswith(_ANSWERED) for pointer in personal["members"]):
        return None
    entry = ledger.get(erasure_id(personal["key"]))
    return {"erased_at": None, "entry_id": None} if entry is None else shown(entry)


def shown(entry: Entry) -> Json:
    """An erasure as it is told."""
    content = entry.content
    return {
        "subject": entry.document["subject"],
        "decision_id": content["decision_id"],
        "erased_at": content["destroyed_at"],
        "entry_id": entry.entry_id,
        "receipt": receipt(entry),
    }
