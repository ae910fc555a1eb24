"""Between decisions and the ledger: what an entry holds, and the answer that is rebuilt from it."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from service.ledger import Draft, Entry, Facet
from service.ledger.canonical import Written
from service.ledger.entry import utc_text

if TYPE_CHECKING:  # as in `personal.vault`
    from service.personal.plan import Plan

KIND: Final = "decision"

Json = dict[str, Any]

LARGE: Final = ("policy", "outcomes", "required_actions", "missing_facts")
"""What stands in an answer as it stands in the entry: written once for both."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, not yet recorded; `content` is what the entry holds of it besides the other fields."""

    decision_id: str
    subject: str | None
    as_of: dt.date
    decided_at: dt.datetime
    content: Json
    facets: tuple[Facet, ...]
    personal: Plan | None = None
    """What is to be sealed before it is recorded, where any fact of the request is about a person."""

    def draft(self, key: str | None, request_hash: bytes) -> Draft:
        """The decision as an entry to append, once nothing is left to seal."""
        assert self.personal is None, "personal facts are recorded sealed or not at all"
        return Draft(
            kind=KIND,
            entry_id=self.decision_id,
            subject=self.subject,
            as_of=self.as_of,
            decided_at=self.decided_at,
            key_hash=None if key is None else key_hash(key, self.content["caller"]),
            request_hash=request_hash,
            content=self.content,
            facets=self.facets,
        )

    def document(self, receipt: Json | None) -> bytes:
        """The answer as sent. Without a receipt it has no id either, for that would lead nowhere."""
        decision_id = self.decision_id if receipt is not None else None
        decided_at = utc_text(self.decided_at)
        return _document(decision_id, self.subject, self.as_of.isoformat(), decided_at, self.content, receipt)


def receipt(entry: Entry) -> Json:
    """Where the entry stands in the ledger, and the hash that proves it."""
    return {"index": entry.index, "leaf_hash": entry.leaf_hash.hex()}


def document(entry: Entry, erased: Json | None = None) -> bytes:
    """The answer, rebuilt from its entry: the same bytes as when it was first sent.

    `erased` tells, in a member of its own, why parts of the answer are null now that were not then.
    """
    stored = entry.document
    content = stored["content"]
    as_written = {name: _written(content[name]) for name in LARGE}
    told = {} if erased is None else {"erased": _written(erased)}
    return _document(
        stored["entry_id"],
        stored["subject"],
        stored["as_of"],
        stored["decided_at"],
        {"status": content["status"], **as_written},
        receipt(entry),
        told,
    )


def summary(entry: Entry) -> Json:
    """One line of a list of decisions."""
    stored = entry.document
    content = stored["content"]
    return {
        "decision_id": stored["entry_id"],
        "status": content["status"],
        "subject": stored["subject"],
        "as_of": stored["as_of"],
        "decided_at": stored["decided_at"],
        "policy": content["policy"],
        "asked": content["asked"],
        "outcomes": {
            name: {"status": outcome["status"], "values": outcome["values"]}
            for name, outcome in content["outcomes"].items()
        },
        "actions": [duty["action"] for duty in content["required_actions"]],
        "receipt": receipt(entry),
    }


def key_hash(key: str, caller: str | None = None) -> bytes:
    """SHA-256 of an idempotency key, and of who used it; the key itself is not kept.

    Neither has a line break in it, so the keys of one caller are never those of another, nor of nobody.
    """
    return hashlib.sha256((key if caller is None else f"{caller}\n{key}").encode()).digest()


def _document(
    decision_id: str | None,
    subject: str | None,
    as_of: str,
    decided_at: str,
    content: Json,
    receipt: Json | None,
    more: Json | None = None,
) -> bytes:
    """The members in their usual order, what is in them sorted: both ways write the same bytes."""
    return orjson.dumps(
        {
            "decision_id": decision_id,
            "status": content["status"],
            "subject": subject,
            "as_of": as_of,
            "decided_at": decided_at,
            "policy": content["policy"],
            "outcomes": content["outcomes"],
            "required_actions": content["required_actions"],
            "missing_facts": content["missing_facts"],
            "receipt": receipt,
            **(more or {}),
        }
    )


def _written(value: Any) -> Written:
    return Written(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
