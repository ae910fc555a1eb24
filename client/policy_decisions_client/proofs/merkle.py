"""Inclusion and consistency proofs of the Merkle tree of RFC 6962, section 2.1, by its own recursion.

A tree of n > 1 leaves is split at k, the largest power of two below n; its root hashes the roots of both
parts. Both verifiers walk that recursion and take one hash of the proof a level, from its end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from policy_decisions_client.errors import ProofError


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf with that hash stands at `index`, from 0, of the tree of `size` leaves.

    Raises `ProofError`.
    """
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a log of {size}")
    rest = _hashes(proof, leaf, root)
    found = _root_above(index, size, leaf, rest)
    if rest:
        raise ProofError("the proof is too long")
    if found != root:
        raise ProofError("the log does not hold this entry: the proof leads to another root")


def verify_consistency(old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Check that the tree of `size` leaves begins with the tree of the first `old`, at least one.

    Raises `ProofError`.
    """
    if not 0 < old <= size:
        raise ProofError(f"nothing proves that a log of {old} became one of {size}")
    rest = _hashes(proof)
    found = _both_roots(old, size, old_root, rest, from_start=True)
    if rest:
        raise ProofError("the proof is too long")
    if found != (old_root, root):
        raise ProofError(f"the log of {size} entries does not begin with the log of {old} that was seen before")


def _root_above(index: int, size: int, leaf: bytes, rest: list[bytes]) -> bytes:
    if size == 1:
        return leaf
    beside, middle = _take(rest), _middle(size)
    if index < middle:
        return _node(_root_above(index, middle, leaf, rest), beside)
    return _node(beside, _root_above(index - middle, size - middle, leaf, rest))


def _both_roots(old: int, size: int, old_root: bytes, rest: list[bytes], *, from_start: bool) -> tuple[bytes, bytes]:
    """The roots of the first `old` leaves of a part and of the whole part.

    A part that begins at the first leaf and is all old is the old tree itself: the proof leaves its root out.
    """
    if old == size:
        same = old_root if from_start else _take(rest)
        return same, same
    beside, middle = _take(rest), _middle(size)
    if old <= middle:
        old_left, left = _both_roots(old, middle, old_root, rest, from_start=from_start)
        return old_left, _node(left, beside)
    old_right, right = _both_roots(old - middle, size - middle, old_root, rest, from_start=False)
    return _node(beside, old_right), _node(beside, right)


def _hashes(proof: Sequence[bytes], *others: bytes) -> list[bytes]:
    """The proof, to be taken from; every hash has its length."""
    if any(len(one) != 32 for one in (*proof, *others)):
        raise ProofError("a hash has 32 bytes")
    return list(proof)


def _take(rest: list[bytes]) -> bytes:
    if not rest:
        raise ProofError("the proof is too short")
    return rest.pop()


def _middle(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
