"""Receipts (C2SP tlog-proof): one text that proves that an entry is in the log, whatever becomes of the service."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from policy_decisions_client.errors import ProofError
from policy_decisions_client.proofs.merkle import leaf_hash, verify_inclusion
from policy_decisions_client.proofs.notes import Checkpoint, PublicKey, decoded, number

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_MOST_HASHES: Final = 64


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says; nothing of it is proved before `verify`. Keep `text`: it is the file."""

    text: str
    index: int
    hashes: tuple[bytes, ...]
    note: str
    entry: bytes | None
    """The canonical bytes of the entry."""

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """Raises `ProofError` for what is no receipt."""
        head, blank, note = text.partition("\n\n")
        lines = head.split("\n")
        if not blank or lines.pop(0) != _HEADER:
            raise ProofError(f"a receipt begins with `{_HEADER}` and has a checkpoint after an empty line")
        entry = None
        if lines and lines[0].startswith("extra "):
            entry = decoded(lines.pop(0)[6:], "the entry in a receipt")
        if not lines or not lines[0].startswith("index "):
            raise ProofError("a receipt says `index` after its first lines")
        index = number(lines.pop(0)[6:], "the index in a receipt")
        hashes = tuple(decoded(line, "a hash in a receipt") for line in lines)
        if len(hashes) > _MOST_HASHES or any(len(one) != 32 for one in hashes):
            raise ProofError(f"a receipt has at most {_MOST_HASHES} hashes of 32 bytes")
        return cls(text, index, hashes, note, entry)

    @property
    def leaf_hash(self) -> bytes:
        """The hash that stands for the entry in the log. Raises `ProofError` without an entry."""
        return leaf_hash(self._entry())

    @property
    def document(self) -> dict[str, Any]:
        """The entry as JSON. Raises `ProofError` where there is none."""
        try:
            document = json.loads(self._entry())
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise ProofError("the entry in the receipt is not a JSON object")
        return document

    def verify(self, key: PublicKey) -> Checkpoint:
        """Check that the log of that key holds the entry; the checkpoint that says so. Raises `ProofError`."""
        checkpoint = Checkpoint.verified(self.note, key)
        verify_inclusion(self.index, checkpoint.size, self.leaf_hash, self.hashes, checkpoint.root)
        return checkpoint

    def _entry(self) -> bytes:
        if self.entry is None:
            raise ProofError("the receipt does not hold its entry")
        return self.entry
