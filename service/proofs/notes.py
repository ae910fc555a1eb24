"""Signed notes (C2SP signed-note v1) with Ed25519 keys (signature type 0x01), and no other type."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MAX_SIGNATURES: Final = 100
"""More are refused unread; C2SP asks for at least 16."""

_ED25519: Final = b"\x01"
_PRIVATE: Final = "PRIVATE+KEY+"
_DASH: Final = "— "


class NoteError(Exception):
    """A note, or the text of a key, is not what it should be."""


class MalformedNote(NoteError):
    """The text is no signed note."""


class MalformedKey(NoteError):
    """The text is no key of this kind."""


class UnverifiedNote(NoteError):
    """No known key has signed the note."""


class ForgedNote(NoteError):
    """A signature in the name of a known key is not that key's."""


class AmbiguousKeys(NoteError):
    """Two known keys have the same name and id."""


class VerifierKey(NamedTuple):
    """A public key with the name that it signs by; its text is `<name>+<id>+<base64>`."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """SHA-256(name || 0x0A || 0x01 || public key), the first four bytes."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode(_ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key in a text. Raises `MalformedKey`."""
        name, key_id, public = _key_parts(text)
        key = cls(name, public)
        if key.key_id.hex() != key_id:
            raise MalformedKey("the id of the key is not that of its name and bytes")
        return key


class Signer:
    """A private key with its name. Only `sign` uses it, and nothing shows it."""

    __slots__ = ("__private", "key")

    def __init__(self, name: str, seed: bytes) -> None:
        """Raises `MalformedKey` for a name that no key may have."""
        check_name(name)
        self.__private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey(name, self.__private.public_key().public_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> Signer:
        """The key in a text as `private_text` writes it. Raises `MalformedKey`, which never quotes the text."""
        if not text.startswith(_PRIVATE):
            raise MalformedKey(f"a signing key begins with `{_PRIVATE}`")
        name, key_id, seed = _key_parts(text.removeprefix(_PRIVATE))
        signer = cls(name, seed)
        if signer.key.key_id.hex() != key_id:
            raise MalformedKey("the id of the signing key is not that of its name and bytes")
        return signer

    def sign(self, text: str) -> str:
        """The signed note of a text. Raises `MalformedNote` for a text that no note can hold."""
        if not text.endswith("\n") or not _is_plain(text):
            raise MalformedNote("a note ends with a newline and has no other control character")
        signature = self.key.key_id + self.__private.sign(text.encode())
        return f"{text}\n{_DASH}{self.key.name} {encode(signature)}\n"


def private_text(name: str, seed: bytes) -> str:
    """A private key as text, as Go's note package writes it: `PRIVATE+KEY+<name>+<id>+<base64>`."""
    key = Signer(name, seed).key
    return f"{_PRIVATE}{name}+{key.key_id.hex()}+{encode(_ED25519 + seed)}"


def check_name(name: str) -> None:
    """Raise `MalformedKey` for what cannot name a key: nothing, a plus, a space, a control character."""
    if not name or "+" in name or any(c.isspace() for c in name) or not _is_plain(name):
        raise MalformedKey("the name of a key has at least one character, and no space, plus or control character")


def open_note(note: bytes, keys: Sequence[VerifierKey]) -> str:
    """The text of a note that at least one of the keys has signed; other signatures are ignored.

    Raises `MalformedNote`, `ForgedNote`, `UnverifiedNote`, `AmbiguousKeys`.
    """
    known = {(key.name, key.key_id): key for key in keys}
    text, signatures = _parts(note)
    verified = False
    for name, key_id, signature in signatures:
        key = known.get((name, key_id))
        if key is None:
            continue
        if sum(1 for one in keys if (one.name, one.key_id) == (name, key_id)) > 1:
            raise AmbiguousKeys(f"two keys are known as `{name}` with the id {key_id.hex()}")
        if not verify(key.public, signature, text.encode()):
            raise ForgedNote(f"the signature of `{name}` is not that of its key")
        verified = True
    if not verified:
        raise UnverifiedNote("no known key has signed the note")
    return text


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature (RFC 8032) holds; false for a key or signature of another length too."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def encode(data: bytes) -> str:
    """Base64 (RFC 4648, section 4)."""
    return base64.b64encode(data).decode()


def decode(text: str) -> bytes:
    """The bytes of a base64 text that is written in the one way it can be. Raises ValueError."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
    if encode(data) != text:
        raise ValueError("not base64 as it is written")
    return data


def _parts(note: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise MalformedNote("the note is not UTF-8") from None
    if not _is_plain(whole):
        raise MalformedNote("the note has a control character")
    text, blank, tail = whole.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise MalformedNote("the note has no signatures after a blank line, or does not end with a newline")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise MalformedNote(f"the note has more than {MAX_SIGNATURES} signatures")
    return text + "\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, text = line.removeprefix(_DASH).partition(" ")
    try:
        check_name(name)
        data = decode(text)
    except (ValueError, MalformedKey):
        data = b""
    if not line.startswith(_DASH) or len(data) < 5:
        raise MalformedNote("a signature line is not `— <name> <base64 of id and signature>`")
    return name, data[:4], data[4:]


def _key_parts(text: str) -> tuple[str, str, bytes]:
    """Name, id in hexadecimal, and the 32 bytes of the key."""
    name, plus, rest = text.partition("+")
    key_id, more, encoded = rest.partition("+")
    if not plus or not more:
        raise MalformedKey("a key is `<name>+<id>+<base64>`")
    check_name(name)
    try:
        data = decode(encoded)
    except ValueError:
        raise MalformedKey("the bytes of a key are written in base64") from None
    if data[:1] != _ED25519 or len(data) != 33:
        raise MalformedKey("only Ed25519 keys are used: the byte 01 and 32 bytes of key")
    return name, key_id, data[1:]


def _is_plain(text: str) -> bool:
    return not any(c < " " and c != "\n" for c in text)
