"""What is sealed comes out again under its key, for its place, unchanged; otherwise nothing comes out."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.personal.seal import BLOCK, NONCE_BYTES, TAG_BYTES, NotOpened, keyed_hash, seal, unseal

SECRETS = st.binary(min_size=32, max_size=32)
PLACES = st.binary(max_size=40)
TEXTS = st.binary(max_size=300).map(lambda data: data.rstrip(b" "))


@given(SECRETS, PLACES, TEXTS)
def test_round_trip(secret: bytes, place: bytes, text: bytes) -> None:
    sealed = seal(secret, place, text)
    assert unseal(secret, place, sealed) == text
    assert sealed == seal(secret, place, text)


@given(SECRETS, PLACES, TEXTS, st.data())
def test_one_changed_bit_opens_nothing(secret: bytes, place: bytes, text: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(secret, place, text))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NotOpened):
        unseal(secret, place, bytes(sealed))


@given(SECRETS, SECRETS, PLACES, PLACES, TEXTS)
def test_another_key_or_place_opens_nothing(
    secret: bytes, other: bytes, place: bytes, there: bytes, text: bytes
) -> None:
    assume(secret != other and place != there)
    for key, where in ((other, place), (secret, there)):
        with pytest.raises(NotOpened):
            unseal(key, where, seal(secret, place, text))


@given(SECRETS, st.sets(st.tuples(PLACES, TEXTS), min_size=2, max_size=20))
def test_no_nonce_comes_twice_under_a_key(secret: bytes, sealed: set[tuple[bytes, bytes]]) -> None:
    nonces = {seal(secret, place, text)[:NONCE_BYTES] for place, text in sealed}
    assert len(nonces) == len(sealed)


@given(SECRETS, st.integers(0, 4 * BLOCK))
def test_the_length_tells_only_blocks(secret: bytes, length: int) -> None:
    sealed = seal(secret, b"", b"x" * length)
    assert len(sealed) == NONCE_BYTES + TAG_BYTES + -(-length // BLOCK) * BLOCK


@pytest.mark.parametrize("cut", [0, 1, NONCE_BYTES, NONCE_BYTES + TAG_BYTES - 1, NONCE_BYTES + TAG_BYTES])
def test_what_is_cut_off_opens_nothing(cut: int) -> None:
    with pytest.raises(NotOpened):
        unseal(b"k" * 32, b"place", seal(b"k" * 32, b"place", b"text")[:cut])


def test_a_hash_says_nothing_without_the_key() -> None:
    assert keyed_hash(b"a" * 32, b"digest") != keyed_hash(b"b" * 32, b"digest") != b"digest"
