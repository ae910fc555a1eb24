"""The log's public key, and the checkpoints that it signs (C2SP signed-note with Ed25519, tlog-checkpoint)."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from policy_decisions_client.errors import ProofError

_NUMBER = re.compile("0|[1-9][0-9]{0,19}")
_DASH = "— "
_MOST_SIGNATURES = 100


def decoded(text: str, what: str) -> bytes:
    """The bytes of a base64 text written in its one proper way. Raises `ProofError`."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if base64.b64encode(data).decode() != text:
        raise ProofError(f"{what} is not written in base64")
    return data


def number(text: str, what: str) -> int:
    """A decimal number below 2^64 without leading zeros. Raises `ProofError`."""
    if _NUMBER.fullmatch(text) is None or int(text) >= 1 << 64:
        raise ProofError(f"{what} is not a decimal number below 2^64")
    return int(text)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The key that the checkpoints of one log are verified with; `origin` is the log's name.

    Get it from the operator (`run.py key`), not from the service that you want to check.
    """

    origin: str
    data: bytes

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """The key in `<origin>+<id>+<base64>`. Raises `ProofError`."""
        origin, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        data = decoded(encoded, "the public key")
        if len(data) != 33 or data[:1] != b"\x01":
            raise ProofError("a public key is `<origin>+<id>+<base64>`, the byte 01 and 32 bytes of Ed25519 key")
        _check_name(origin)
        key = cls(origin, data[1:])
        if key.key_id.hex() != key_id:
            raise ProofError("the id of the public key is not that of its name and bytes")
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes that mark this key's signatures."""
        return hashlib.sha256(self.origin.encode() + b"\n\x01" + self.data).digest()[:4]

    def check(self, signature: bytes, text: str) -> None:
        """Raises `ProofError` unless this key has signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.data).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            raise ProofError(f"a signature in the name of `{self.origin}` is forged") from None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The size and root of a log as its key signed them; `note` is the signed text."""

    origin: str
    size: int
    root: bytes
    note: str

    @classmethod
    def verified(cls, note: str, key: PublicKey) -> Checkpoint:
        """The checkpoint in a signed note. Raises `ProofError`: not one, not signed, or of another log."""
        text = signed_text(note, key)
        lines = text.split("\n")
        if len(lines) != 4 or lines[0] != key.origin:
            raise ProofError(f"a checkpoint of `{key.origin}` has three lines: that name, a size, a root")
        root = decoded(lines[2], "the root of a checkpoint")
        if len(root) != 32:
            raise ProofError("the root of a checkpoint has 32 bytes")
        return cls(lines[0], number(lines[1], "the size of a checkpoint"), root, note)


def signed_text(note: str, key: PublicKey) -> str:
    """The text of a note that the key has signed; signatures of others are passed over. Raises `ProofError`."""
    text, blank, tail = note.rpartition("\n\n")
    signatures = tail[:-1].split("\n")
    if any(c < " " and c != "\n" for c in note) or not blank or not tail.endswith("\n"):
        raise ProofError("a signed note is text, an empty line, and signature lines")
    if len(signatures) > _MOST_SIGNATURES:
        raise ProofError(f"a note with more than {_MOST_SIGNATURES} signatures is not read")
    text += "\n"
    ours = [
        data[4:] for name, data in map(_signature, signatures) if (name, data[:4]) == (key.origin, key.key_id)
    ]
    for signature in ours:
        key.check(signature, text)
    if not ours:
        raise ProofError(f"the note is not signed with the key of `{key.origin}`")
    return text


def _signature(line: str) -> tuple[str, bytes]:
    """Who signed, and the key's id with the signature."""
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    data = decoded(encoded, "a signature")
    _check_name(name)
    if not line.startswith(_DASH) or len(data) < 5:
        raise ProofError("a signature line is `— <name> <base64 of id and signature>`")
    return name, data


def _check_name(name: str) -> None:
    if not name or "+" in name or any(c.isspace() or c < " " for c in name):
        raise ProofError("the name of a key has at least one character, and no space, plus or control character")
