"""The decision ledger: append-only, contiguous, durable before it is acknowledged."""

from service.ledger.canonical import JsonObject, canonical_bytes
from service.ledger.entry import Appended, Draft, Entry, Facet
from service.ledger.errors import (
    CanonicalError,
    EntryExists,
    IdempotencyConflict,
    LedgerClosed,
    LedgerDamaged,
    LedgerError,
    LedgerFailed,
    LedgerInUse,
    LedgerUnreadable,
    LedgerUnsupported,
)
from service.ledger.keys import KeyUnusable
from service.ledger.ledger import Ledger, Placed
from service.ledger.log import Log, Places, Proofs, RemoteLog
from service.ledger.search import Page

__all__ = [
    "Appended",
    "CanonicalError",
    "Draft",
    "Entry",
    "EntryExists",
    "Facet",
    "IdempotencyConflict",
    "JsonObject",
    "KeyUnusable",
    "Ledger",
    "LedgerClosed",
    "LedgerDamaged",
    "LedgerError",
    "LedgerFailed",
    "LedgerInUse",
    "LedgerUnreadable",
    "LedgerUnsupported",
    "Log",
    "Page",
    "Placed",
    "Places",
    "Proofs",
    "RemoteLog",
    "canonical_bytes",
]
