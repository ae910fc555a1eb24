"""Entries with their personal parts sealed, and opened again for as long as the key lives.

A sealed member stands as null in its place; `content.personal` names the key, every such place as a JSON
pointer, and holds the sealed text: the canonical JSON object of the values by their pointers.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from service.ledger import Entry, JsonObject, LedgerUnreadable, canonical_bytes
from service.ledger.canonical import Written
from service.personal.keys import Owner, SubjectKey, SubjectKeys
from service.personal.members import leave_out, pointer_of, put, steps_of, value_at
from service.personal.seal import NotOpened, keyed_hash, seal, unseal

if TYPE_CHECKING:  # the processes beside the workers open and never seal: they do not load the policy language
    from service.personal.plan import Plan

MEMBER: Final = "personal"
"""The member of an entry's content that holds what is sealed."""


class Unopened(Exception):
    """The key of what is sealed in an entry is destroyed, or not in the table."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"no key `{key_id}`")
        self.key_id = key_id


class Altered(LedgerUnreadable):
    """What is sealed in an entry is not what was sealed under its key; the text says which entry."""


class Sealed(NamedTuple):
    """What is recorded in place of a content and of the hash of its request."""

    content: JsonObject
    request_hash: bytes


@dataclass(frozen=True)
class Opened(Entry):
    """An entry with its personal parts in place; its bytes and its hash stay those that the log has."""

    opened: JsonObject

    @cached_property
    def document(self) -> JsonObject:
        """As `Entry.document`, what is sealed there in its place."""
        return {**orjson.loads(self.canonical), "content": self.opened}


class Vault:
    """Seals and opens with the keys of one table. Safe for any number of threads."""

    def __init__(self, keys: SubjectKeys | None = None) -> None:
        """Without a table, keys are kept in memory and end with the process."""
        self.keys = keys if keys is not None else SubjectKeys.in_memory()

    def sealed(
        self, plan: Plan, entry_id: str, subject: str | None, content: JsonObject, request_hash: bytes
    ) -> Sealed:
        """A decision's content as it is recorded, and the hash that stands for its request.

        The key is the subject's, or the decision's own where it names none; it is on the disk before this
        returns. Raises `KeysUnusable`, and as `canonical_bytes` does.
        """
        plain: JsonObject = orjson.loads(canonical_bytes(content))
        parts = plan.parts(plain)
        owner = Owner("decision", entry_id) if subject is None else Owner("subject", subject)
        key = self.keys.of(owner)
        for steps in parts.dropped:
            leave_out(plain, steps)
        pointers = [pointer_of(steps) for steps in parts.sealed]
        closed = _closed(plain, key, entry_id, pointers)
        return Sealed(_written(closed), keyed_hash(key.secret, request_hash))

    def sealed_again(self, entry: Entry, content: JsonObject) -> JsonObject:
        """Another content for an entry, sealed as the entry is: the same bytes for the same content.

        Raises `Unopened`, `KeysUnusable`.
        """
        personal = _personal(entry)
        if personal is None or "sealed" not in personal:
            return content
        key = SubjectKey(personal["key"], self._secret(personal))
        return _closed(orjson.loads(canonical_bytes(content)), key, entry.entry_id, personal["members"])

    def opened(self, entry: Entry) -> Entry:
        """The entry with what is sealed in its place. Raises `Unopened`, `Altered`, `KeysUnusable`."""
        personal = _personal(entry)
        if personal is None or "sealed" not in personal:
            return entry
        content: JsonObject = orjson.loads(entry.canonical)["content"]
        for pointer, value in self._values(entry, personal).items():
            put(content, steps_of(content, pointer), value)
        return Opened(entry.index, entry.leaf_hash, entry.canonical, content)

    def shown(self, entry: Entry) -> Entry:
        """The same; where it cannot be opened, the entry as it is, with null for what is sealed."""
        try:
            return self.opened(entry)
        except Unopened:
            return entry

    def request_hash(self, entry: Entry, digest: bytes) -> bytes:
        """What an entry would hold for the hash of a request. Raises `Unopened`, `KeysUnusable`."""
        personal = _personal(entry)
        return digest if personal is None else keyed_hash(self._secret(personal), digest)

    def _secret(self, personal: JsonObject) -> bytes:
        secret = self.keys.secret(personal["key"])
        if secret is None:
            raise Unopened(personal["key"])
        return secret

    def _values(self, entry: Entry, personal: JsonObject) -> dict[str, Any]:
        secret = self._secret(personal)
        try:
            text = unseal(secret, entry.entry_id.encode(), base64.b64decode(personal["sealed"], validate=True))
        except (NotOpened, binascii.Error) as error:
            raise Altered(f"what is sealed in entry {entry.index} cannot be opened: {error}") from None
        values: dict[str, Any] = orjson.loads(text)
        return values


def not_shown(entry: Entry, place: str) -> tuple[str, ...]:
    """What stands sealed below a place of an entry, as pointers from there; nothing where it is opened."""
    personal = _personal(entry)
    if personal is None or isinstance(entry, Opened):
        return ()
    return tuple(one.removeprefix(place) for one in personal["members"] if one.startswith(place))


def _personal(entry: Entry) -> JsonObject | None:
    personal: JsonObject | None = entry.content.get(MEMBER)
    return personal


def _written(closed: JsonObject) -> JsonObject:
    """A content that was read from canonical bytes and so is in their order, its objects and lists written again."""
    return {
        name: Written(orjson.dumps(value)) if isinstance(value, dict | list) else value
        for name, value in closed.items()
    }


def _closed(content: JsonObject, key: SubjectKey, entry_id: str, pointers: list[str]) -> JsonObject:
    """The content with null at the places, and what stood there sealed. The content is changed."""
    personal: JsonObject = {"key": key.key_id, "members": pointers}
    if pointers:
        values = {pointer: value_at(content, steps_of(content, pointer)) for pointer in pointers}
        for pointer in pointers:
            steps = steps_of(content, pointer)
            if value_at(content, steps) is not None:
                put(content, steps, None)
        sealed = seal(key.secret, entry_id.encode(), canonical_bytes(values))
        personal["sealed"] = base64.b64encode(sealed).decode()
    return {**content, MEMBER: personal}
