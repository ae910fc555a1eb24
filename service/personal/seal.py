"""Sealing bytes: AES-256-GCM under keys that are made from one secret, with a nonce made from what is sealed.

Pure functions. The same bytes for the same place give the same sealed bytes, so a replay can write an entry
again; other bytes give another nonce (that it is the same is as unlikely as a guess of 96 bits), so a nonce
does not come twice under one key, whatever a random generator does after a fork or in a copied machine.
"""

from __future__ import annotations

import hmac
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECRET_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
BLOCK: Final = 64
"""What is sealed is filled up to a multiple of this, for its length would tell something of it."""

_PAD: Final = b" "


class NotOpened(Exception):
    """The bytes were not sealed under this key for this place, or were changed since."""


def seal(secret: bytes, place: bytes, text: bytes) -> bytes:
    """Nonce, ciphertext and tag of a JSON text that belongs to one place (for an entry, its id)."""
    filled = text + _PAD * (-len(text) % BLOCK)
    nonce = _made(secret, b"nonce", len(place).to_bytes(8, "big") + place + filled)[:NONCE_BYTES]
    return nonce + AESGCM(_made(secret, b"seal", b"")).encrypt(nonce, filled, place)


def unseal(secret: bytes, place: bytes, sealed: bytes) -> bytes:
    """The JSON text that was sealed. Raises `NotOpened`."""
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise NotOpened("too short to be sealed")
    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(_made(secret, b"seal", b"")).decrypt(nonce, rest, place).rstrip(_PAD)
    except InvalidTag:
        raise NotOpened("sealed under another key, for another place, or changed since") from None


def keyed_hash(secret: bytes, digest: bytes) -> bytes:
    """What stands for a digest that could be guessed from: 32 bytes that say nothing without the secret."""
    return _made(secret, b"hash", digest)


def _made(secret: bytes, use: bytes, data: bytes) -> bytes:
    """HMAC-SHA-256 under the secret, a different function for each use."""
    return hmac.digest(secret, b"policy-decisions " + use + b"\0" + data, "sha256")
