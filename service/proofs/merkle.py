"""The Merkle tree of RFC 6962, section 2.1 (RFC 9162 for the verifiers), as functions of their arguments.

A *subtree* is complete: it covers 2^level leaves from position·2^level on, and its hash never changes again.
The *compact range* of a tree is the hashes of the subtrees that make it up, left to right: one for each
1 in the binary form of its size. All hashes are 32 bytes (SHA-256).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


class ProofError(Exception):
    """A proof does not prove what it is said to; the text says why."""


class Subtree(NamedTuple):
    """A complete subtree: the leaves from `position << level` up to `(position + 1) << level`, that one excluded."""

    level: int
    position: int

    @property
    def last_leaf(self) -> int:
        """The index of the leaf that completes it."""
        return ((self.position + 1) << self.level) - 1


class Span(NamedTuple):
    """The leaves from `start` up to `end`, that one excluded."""

    start: int
    end: int


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(compact: list[bytes], size: int, leaf: bytes) -> list[bytes]:
    """Add a leaf hash to the compact range of a tree of `size` leaves, in place.

    Returns the hashes of the subtrees that this leaf completes, from level 1 upwards: as many as the binary
    form of `size` has trailing ones.
    """
    completed = []
    while size & 1:
        leaf = node_hash(compact.pop(), leaf)
        completed.append(leaf)
        size >>= 1
    compact.append(leaf)
    return completed


def root_of(compact: Sequence[bytes]) -> bytes:
    """The root of the tree that a compact range makes up."""
    if not compact:
        return EMPTY_ROOT
    root = compact[-1]
    for left in reversed(compact[:-1]):
        root = node_hash(left, root)
    return root


def subtrees(span: Span) -> list[Subtree]:
    """The complete subtrees that make up a span of the paths below, or a whole tree, left to right."""
    start, end = span
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(Subtree(level, start >> level))
        start += 1 << level
    return found


def inclusion_path(index: int, size: int) -> list[Span]:
    """The spans whose roots are the inclusion proof of a leaf (RFC 6962, 2.1.1), from the leaf upwards.

    Raises ValueError unless 0 ≤ index < size.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    return path[::-1]


def consistency_path(old: int, size: int) -> list[Span]:
    """The spans whose roots are the consistency proof between two sizes (RFC 6962, 2.1.2).

    Raises ValueError unless 0 < old ≤ size: there is nothing to prove of an empty tree.
    """
    if not 0 < old <= size:
        raise ValueError(f"there is no proof from a tree of {old} to one of {size}")
    start, end, path = 0, size, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    if start:  # the old tree is not itself a subtree of the new one, so the verifier has to be told its right end
        path.append(Span(start, end))
    return path[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf with that hash stands at `index` of the tree (RFC 9162, 2.1.3.2).

    Raises `ProofError`.
    """
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a log of {size}")
    _check_lengths(leaf, root, *proof)
    first, second, found = index, size - 1, leaf
    for step in proof:
        if second == 0:
            raise ProofError("the proof is too long")
        if first & 1 or first == second:
            found = node_hash(step, found)
            while first and not first & 1:
                first, second = first >> 1, second >> 1
        else:
            found = node_hash(found, step)
        first, second = first >> 1, second >> 1
    if second:
        raise ProofError("the proof is too short")
    if found != root:
        raise ProofError("the proof leads to another root")


def verify_consistency(old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Check that the tree of `size` leaves begins with that of `old` leaves (RFC 9162, 2.1.4.2).

    Raises `ProofError`, for an empty old tree too: it proves nothing.
    """
    if not 0 < old <= size:
        raise ProofError(f"nothing proves that a log of {old} became one of {size}")
    if old == size:
        if proof or old_root != root:
            raise ProofError("two roots, or a proof, for one size")
        return
    _check_lengths(old_root, root, *proof)
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not steps:
        raise ProofError("the proof is too short")
    first, second = old - 1, size - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    old_found = found = steps[0]
    for step in steps[1:]:
        if second == 0:
            raise ProofError("the proof is too long")
        if first & 1 or first == second:
            old_found, found = node_hash(step, old_found), node_hash(step, found)
            while first and not first & 1:
                first, second = first >> 1, second >> 1
        else:
            found = node_hash(found, step)
        first, second = first >> 1, second >> 1
    if second:
        raise ProofError("the proof is too short")
    if old_found != old_root or found != root:
        raise ProofError("the proof leads to another root")


def _split(size: int) -> int:
    """The largest power of two below `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _check_lengths(*hashes: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofError(f"a hash of other than {HASH_BYTES} bytes")
