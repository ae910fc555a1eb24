"""What callers are told about personal data that is sealed, erased or not to be read."""

from __future__ import annotations

from typing import Final

from service.problems import Kind

ERASED: Final = Kind(
    "erased",
    410,
    "The personal data of the decision is erased",
    "the key of its facts is destroyed, see the member `erased`; the decision and its proof remain",
)
KEY_MISSING: Final = Kind(
    "key-missing",
    409,
    "The key of the personal data is missing",
    "the table of keys has no such key, and the log records no erasure of it: either one is under way, or this is "
    "not the table that belongs to the ledger",
)
OF_A_SUBJECT: Final = Kind(
    "of-a-subject",
    409,
    "The decision is about a subject",
    "its facts are sealed under the key of the member `subject`; erase that subject; nothing was erased",
)
RETRY_ERASED: Final = (
    "a decision was recorded under this idempotency key and its personal data is erased since, see the member "
    "`erased`: whether this is the same request can no longer be told; nothing was decided"
)
NOTHING_SEALED: Final = "nothing personal is recorded under this name, and nothing was erased"

KINDS: Final = (KEY_MISSING, OF_A_SUBJECT, ERASED)
