"""Drafts and entries: what a caller hands over, and what the ledger keeps of it."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import orjson

from service.ledger.canonical import JsonObject, Written, canonical_bytes, written
from service.ledger.errors import CanonicalError
from service.proofs.merkle import leaf_hash

SCHEMA = 1
"""The version of the canonical form below; it stands in the bytes, so an old entry stays readable."""

_DIGEST = hashlib.sha256().digest_size

MAX_ENTRY_BYTES = 16 * 1024 * 1024
"""Larger entries are refused one by one, long before SQLite (1 GB) would fail the whole batch."""


class Facet(NamedTuple):
    """What decisions are found by: an outcome's status and, for a ruleset that has values, one output's value."""

    ruleset: str
    status: str
    output: str | None
    value: str | None


@dataclass(frozen=True)
class Draft:
    """What is to be recorded.

    `entry_id` is unique in the ledger (for a decision, its id); `decided_at` is aware and kept in UTC with
    microseconds; `key_hash` and `request_hash` are SHA-256 digests (32 bytes), the first of the caller's
    idempotency key or None; `content` holds the values of `canonical.py`. Raises ValueError for a naive
    time or a digest of another length, TypeError for an `as_of` that is not a plain date.
    """

    kind: str
    entry_id: str
    subject: str | None
    as_of: dt.date
    decided_at: dt.datetime
    key_hash: bytes | None
    request_hash: bytes
    content: JsonObject
    facets: tuple[Facet, ...] = ()

    def __post_init__(self) -> None:
        if self.decided_at.utcoffset() is None:
            raise ValueError("`decided_at` has no time zone")
        if isinstance(self.as_of, dt.datetime):
            raise TypeError("`as_of` is a time, not a date")
        for name, digest in (("key_hash", self.key_hash), ("request_hash", self.request_hash)):
            if digest is not None and len(digest) != _DIGEST:
                raise ValueError(f"`{name}` is not a SHA-256 digest of 32 bytes")


@dataclass(frozen=True)
class Entry:
    """A stored entry: its place in the sequence (from 0), its RFC 6962 leaf hash and its canonical bytes."""

    index: int
    leaf_hash: bytes
    canonical: bytes

    @cached_property
    def document(self) -> JsonObject:
        """The canonical bytes, parsed: `schema`, `index`, `kind`, `entry_id`, `content` and the rest."""
        document: JsonObject = orjson.loads(self.canonical)
        return document

    @property
    def kind(self) -> str:
        """What was recorded, `decision` for a decision."""
        return str(self.document["kind"])

    @property
    def entry_id(self) -> str:
        """The id under which `Ledger.get` finds it."""
        return str(self.document["entry_id"])

    @property
    def request_hash(self) -> bytes:
        """`Draft.request_hash`: whether a request that comes with the same idempotency key is the same."""
        return bytes.fromhex(self.document["request_hash"])

    @property
    def content(self) -> JsonObject:
        """What the caller handed over as `Draft.content`."""
        content: JsonObject = self.document["content"]
        return content


@dataclass(frozen=True)
class Appended:
    """An acknowledged append; `replayed` if the entry was stored by an earlier call with the same key."""

    entry: Entry
    replayed: bool


class Prepared(NamedTuple):
    """A draft that nothing can fail any more: its canonical bytes but for the index, and its columns."""

    entry_id: str
    kind: str
    subject: str | None
    as_of: str
    decided_at: str
    key_hash: bytes | None
    request_hash: bytes
    before_index: bytes
    after_index: bytes

    def at(self, index: int) -> Entry:
        """The entry that this draft becomes at a place of the sequence."""
        canonical = self.bytes_at(index)
        return Entry(index, leaf_hash(canonical), canonical)

    def bytes_at(self, index: int) -> bytes:
        """The canonical bytes of that entry."""
        return b"%b%d%b" % (self.before_index, index, self.after_index)


def prepare(draft: Draft) -> Prepared:
    """Canonicalise a draft in its caller's own thread, so that a bad one fails alone and before any batch.

    Only the index is unknown yet. Keys are sorted, so the bytes before it and after it are two objects.
    Raises `CanonicalError`.
    """
    _check_columns(draft)
    as_of, decided_at = draft.as_of.isoformat(), utc_text(draft.decided_at)
    head = canonical_bytes(
        {
            "as_of": as_of,
            "content": draft.content,
            "decided_at": decided_at,
            "entry_id": draft.entry_id,
            "facets": _facets(draft.facets),
        }
    )
    tail = canonical_bytes(
        {
            "key_hash": draft.key_hash.hex() if draft.key_hash is not None else None,
            "kind": draft.kind,
            "request_hash": draft.request_hash.hex(),
            "schema": SCHEMA,
            "subject": draft.subject,
        }
    )
    if len(head) + len(tail) > MAX_ENTRY_BYTES:
        raise CanonicalError(f"an entry of more than {MAX_ENTRY_BYTES} bytes")
    return Prepared(
        entry_id=draft.entry_id,
        kind=draft.kind,
        subject=draft.subject,
        as_of=as_of,
        decided_at=decided_at,
        key_hash=draft.key_hash,
        request_hash=draft.request_hash,
        before_index=head[:-1] + b',"index":',
        after_index=b"," + tail[1:],
    )


@lru_cache(2_000)  # most come again and again
def _facets(facets: tuple[Facet, ...]) -> Written:
    return written([[*facet] for facet in facets])


def _check_columns(draft: Draft) -> None:
    """Refuse here what SQLite could not store as text, for there it would fail the ledger for everyone."""
    columns: tuple[tuple[str, object], ...] = (
        ("entry_id", draft.entry_id), ("kind", draft.kind), ("subject", draft.subject)
    )  # fmt: skip
    for name, text in columns:
        if type(text) is not str and (text is not None or name != "subject"):
            raise CanonicalError(f"`{name}` holds a value of type `{type(text).__name__}`, not text")


def utc_text(moment: dt.datetime) -> str:
    """An aware time as RFC 3339 in UTC with six decimals, so that text order is time order."""
    if moment.tzinfo is not dt.UTC:
        moment = moment.astimezone(dt.UTC)
    text = orjson.dumps(moment, option=orjson.OPT_UTC_Z)[1:-1].decode()  # a quarter of `isoformat`'s time
    return text if moment.microsecond else f"{text[:-1]}.000000Z"
