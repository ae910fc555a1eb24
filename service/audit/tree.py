"""The tree of RFC 6962, section 2.1, once more: leaf by leaf, with as many hashes as the size has ones."""

from __future__ import annotations

import hashlib


class Tree:
    """A tree that grows; `size` leaves so far."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []
        """The roots of perfect subtrees, the largest first, as a sum of powers of two makes up the size."""

    def add(self, canonical: bytes) -> bytes | None:
        """Add an entry; the hashes of the subtrees that it completes, lowest first and joined, None without any."""
        node = hashlib.sha256(b"\x00" + canonical).digest()
        completed = []
        size = self.size
        while size % 2:
            node = hashlib.sha256(b"\x01" + self._roots.pop() + node).digest()
            completed.append(node)
            size //= 2
        self._roots.append(node)
        self.size += 1
        return b"".join(completed) if completed else None

    def root(self) -> bytes:
        """The root now."""
        if not self._roots:
            return hashlib.sha256(b"").digest()
        *lefts, root = self._roots
        for left in reversed(lefts):
            root = hashlib.sha256(b"\x01" + left + root).digest()
        return root
