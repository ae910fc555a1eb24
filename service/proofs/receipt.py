"""Receipts: C2SP tlog-proof v1 whose `extra` line holds the entry itself, so that one file proves it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from service.proofs import notes
from service.proofs.checkpoint import Checkpoint, open_checkpoint
from service.proofs.merkle import HASH_BYTES, ProofError, leaf_hash, verify_inclusion
from service.proofs.notes import VerifierKey

HEADER: Final = "c2sp.org/tlog-proof@v1"
SUFFIX: Final = ".tlog-proof"
"""The ending of a receipt's file name."""

_INDEX: Final = re.compile("0|[1-9][0-9]{0,19}")
_MAX_HASHES: Final = 64


class MalformedReceipt(Exception):
    """The text is no receipt."""


@dataclass(frozen=True)
class Receipt:
    """An entry's canonical bytes (`extra`), its index, its inclusion proof, and the signed checkpoint."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    @property
    def text(self) -> str:
        """The file."""
        extra = [] if self.extra is None else [f"extra {notes.encode(self.extra)}"]
        proof = [notes.encode(one) for one in self.hashes]
        return "\n".join([HEADER, *extra, f"index {self.index}", *proof, "", self.checkpoint])

    def verify(self, key: VerifierKey) -> Checkpoint:
        """Check that the entry in the receipt is in the log that the key signs for; its checkpoint.

        Raises `ProofError`, `MalformedReceipt` without an entry, and `notes.NoteError`.
        """
        if self.extra is None:
            raise MalformedReceipt("the receipt does not hold its entry")
        checkpoint = open_checkpoint(self.checkpoint.encode(), key)
        verify_inclusion(self.index, checkpoint.size, leaf_hash(self.extra), self.hashes, checkpoint.root)
        return checkpoint


def parse(data: bytes) -> Receipt:
    """The receipt in the bytes of a file; nothing is verified yet. Raises `MalformedReceipt`."""
    try:
        head, blank, checkpoint = data.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise MalformedReceipt("a receipt is text in UTF-8") from None
    lines = head.split("\n")
    if not blank or lines.pop(0) != HEADER:
        raise MalformedReceipt(f"a receipt begins with `{HEADER}` and has a checkpoint after a blank line")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = _decoded(lines.pop(0).removeprefix("extra "), "entry")
    index = lines.pop(0).removeprefix("index ") if lines and lines[0].startswith("index ") else ""
    if _INDEX.fullmatch(index) is None:
        raise MalformedReceipt("a receipt says `index` and a decimal number after its first lines")
    hashes = tuple(_decoded(line, "proof") for line in lines)
    if len(hashes) > _MAX_HASHES or any(len(one) != HASH_BYTES for one in hashes):
        raise MalformedReceipt(f"a proof has at most {_MAX_HASHES} hashes of {HASH_BYTES} bytes")
    return Receipt(int(index), hashes, checkpoint, extra)


def _decoded(text: str, what: str) -> bytes:
    try:
        return notes.decode(text)
    except ValueError:
        raise MalformedReceipt(f"the {what} in the receipt is not base64") from None


__all__ = ["HEADER", "SUFFIX", "MalformedReceipt", "ProofError", "Receipt", "parse"]
