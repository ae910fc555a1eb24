"""What people report on recorded decisions, each as an entry of its own; the decision's stays as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service import messages
from service.decider import Decider
from service.fields import Complained, Strict, Text
from service.ledger import Appended, Draft, Entry, IdempotencyConflict, Ledger
from service.problems import Complaint, Fault, Refusal, pointer
from service.record import KIND as DECISION
from service.record import key_hash
from service.request import member, request_hash

Json = dict[str, Any]


class Said(Text):
    """A text that says something."""

    def __init__(self, length: int, blank: Complaint, **kwargs: Any) -> None:
        """`blank` is what is told where nothing is written."""
        super().__init__(length, **kwargs)
        self._blank = blank

    @property
    def json_schema(self) -> Json:
        return {**super().json_schema, "pattern": r"\S"}

    def convert(self, value: Any) -> str:
        text = super().convert(value).strip()
        if not text:
            raise Complained(self._blank)
        return text


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to record a report: who sends it, whether it may come again, and what tells it from others."""

    caller: str | None
    key_hash: bytes | None
    request_hash: bytes

    @classmethod
    def of(cls, value: Any, key: str | None, caller: str | None) -> Asked:
        """The request whose JSON, with what it is about, is `value`; `key` is its idempotency key."""
        return cls(caller, None if key is None else key_hash(key, caller), request_hash(value))


class Reports:
    """Reports on the decisions of one ledger."""

    def __init__(self, ledger: Ledger, decider: Callable[[], Decider]) -> None:
        """`decider` gives the one in force, whose clock and time zone count."""
        self.ledger = ledger
        self.decider = decider

    def now(self) -> dt.datetime:
        """The present moment."""
        return self.decider().clock.now()

    def decision(self, decision_id: str) -> Entry | None:
        """The entry of a decision, None for an id that none has."""
        entry = self.ledger.get(decision_id)
        return entry if entry is not None and entry.kind == DECISION else None

    def known(self, asked: Asked) -> Entry | None:
        """What was recorded under the request's key. Raises `Refusal` (409) if that was another request."""
        known = None if asked.key_hash is None else self.ledger.find_key(asked.key_hash)
        if known is not None and known.request_hash != asked.request_hash:
            raise Refusal(messages.KEY_CONFLICT, detail=messages.KEY_OF_ANOTHER)
        return known

    def append(
        self, kind: str, entry_id: str, decision: Entry, asked: Asked, now: dt.datetime, content: Json
    ) -> Appended:
        """Record a report on a decision. Raises `Refusal` (409), `EntryExists`, and the ledger's errors."""
        draft = Draft(
            kind=kind,
            entry_id=entry_id,
            subject=decision.document["subject"],
            as_of=now.astimezone(self.decider().policy.time_zone).date(),
            decided_at=now,
            key_hash=asked.key_hash,
            request_hash=asked.request_hash,
            content={
                "decision_id": decision.entry_id,
                "decision_index": decision.index,
                "decision_hash": decision.leaf_hash.hex(),
                **content,
                "caller": asked.caller,
            },
        )
        try:
            return self.ledger.append(draft)
        except IdempotencyConflict:
            raise Refusal(messages.KEY_CONFLICT, detail=messages.KEY_OF_ANOTHER) from None


def read_members(value: Any, fields: Mapping[str, Strict]) -> tuple[Json, list[Fault]]:
    """The members of a JSON value, None for one that is absent, and every fault.

    Raises `Refusal` (422) for a value that is no object.
    """
    if not isinstance(value, dict):
        raise Refusal(messages.INVALID, (Fault(messages.wrong_type("an object", value), ""),))
    known = tuple(fields)
    wrong = [Fault(messages.unknown_member(name, known), pointer((name,))) for name in value if name not in known]
    return {name: _member(name, value, field, wrong) for name, field in fields.items()}, wrong


def check_past(value: Json, at: dt.datetime | None, now: dt.datetime, wrong: list[Fault]) -> None:
    """Add a fault for a member `at` that is in the future."""
    if at is not None and at > now:
        wrong.append(Fault(messages.done_later(str(value["at"])), "/at"))


def _member(name: str, value: Json, field: Strict, wrong: list[Fault]) -> Any:
    if value.get(name) is None and field.required:
        wrong.append(Fault(messages.NEEDED, pointer((name,))))
    return member(field, name, value, wrong)
