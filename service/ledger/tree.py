"""The Merkle tree over the entries (RFC 6962), as the file keeps it: hashes of subtrees, none ever changed.

A row of `nodes` belongs to the leaf that completes its subtrees: their hashes from level 1 upwards, one
after the other. Only leaves of odd index complete any, so two entries share a row, which is always the last
of its table: an append touches one page more, whatever the size of the tree.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from service.ledger.errors import LedgerDamaged
from service.proofs.merkle import (
    HASH_BYTES,
    Span,
    Subtree,
    append,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_of,
    subtrees,
)

Rows = Callable[[str, dict[str, Any]], list[Any]]
"""Runs a query with its parameters."""

ADD_NODES: Final = "INSERT INTO nodes VALUES (?, ?)"
_LEAVES: Final = "SELECT leaf_index, leaf_hash FROM entries WHERE leaf_index IN (SELECT value FROM json_each(:wanted))"
_NODES: Final = "SELECT leaf_index, hashes FROM nodes WHERE leaf_index IN (SELECT value FROM json_each(:wanted))"


class Head(NamedTuple):
    """The tree at one moment: its number of leaves and its compact range (see `proofs.merkle`)."""

    size: int
    compact: tuple[bytes, ...]

    @property
    def root(self) -> bytes:
        """The root hash."""
        return root_of(self.compact)


def inclusion_proof(rows: Rows, index: int, size: int) -> list[bytes]:
    """The proof of RFC 6962, 2.1.1. Raises ValueError unless 0 ≤ index < size, `LedgerDamaged`."""
    return _roots(rows, inclusion_path(index, size))


def inclusion_proofs(rows: Rows, indexes: Sequence[int], size: int) -> list[list[bytes]]:
    """The same for many entries at once, each hash read once."""
    paths = [inclusion_path(index, size) for index in indexes]
    spans = list(dict.fromkeys(span for path in paths for span in path))
    hashes = dict(zip(spans, _roots(rows, spans), strict=True))
    return [[hashes[span] for span in path] for path in paths]


def consistency_proof(rows: Rows, old: int, size: int) -> list[bytes]:
    """The proof of RFC 6962, 2.1.2. Raises ValueError unless 0 < old ≤ size, `LedgerDamaged`."""
    return _roots(rows, consistency_path(old, size))


def root_at(rows: Rows, size: int) -> bytes:
    """The root that the tree had when it had `size` leaves. Raises `LedgerDamaged`."""
    return _roots(rows, [Span(0, size)])[0]


def read_head(connection: sqlite3.Connection, size: int) -> Head:
    """The tree of a file with `size` entries. Raises `LedgerDamaged` if nodes are missing or too many."""
    count, last = connection.execute(
        "SELECT (SELECT count(*) FROM nodes), (SELECT max(leaf_index) FROM nodes)"
    ).fetchone()
    if count != size // 2 or (count and last != 2 * count - 1):
        raise LedgerDamaged(f"the tree is not that of {size} entries: {count} rows of nodes, the last of entry {last}")
    return head_at(lambda sql, parameters: connection.execute(sql, parameters).fetchall(), size)


def head_at(rows: Rows, size: int) -> Head:
    """The tree that it was when it had `size` leaves. Raises `LedgerDamaged`."""
    wanted = subtrees(Span(0, size))
    hashes = _hashes(rows, wanted)
    return Head(size, tuple(hashes[one] for one in wanted))


def fill(connection: sqlite3.Connection) -> None:
    """Write the nodes of all entries of a file that has none yet, within the caller's transaction.

    Raises `LedgerDamaged` where a leaf hash is not that of its entry: it would be in the tree for ever.
    """
    entries = connection.execute("SELECT leaf_index, leaf_hash, canonical FROM entries ORDER BY leaf_index")
    connection.executemany(ADD_NODES, _node_rows(entries))


def _node_rows(entries: Iterable[tuple[int, bytes, bytes]]) -> Iterator[tuple[int, bytes]]:
    compact: list[bytes] = []
    for size, (index, leaf, canonical) in enumerate(entries):
        if index != size or leaf != leaf_hash(canonical):
            raise LedgerDamaged(f"entry {size} is not as it was written; no tree can be made over it")
        if completed := append(compact, size, leaf):
            yield index, b"".join(completed)


def _roots(rows: Rows, spans: Sequence[Span]) -> list[bytes]:
    parts = [subtrees(span) for span in spans]
    hashes = _hashes(rows, [one for part in parts for one in part])
    return [root_of([hashes[one] for one in part]) for part in parts]


def _hashes(rows: Rows, wanted: Sequence[Subtree]) -> dict[Subtree, bytes]:
    leaves = _by_leaf(rows, _LEAVES, [one for one in wanted if one.level == 0])
    nodes = _by_leaf(rows, _NODES, [one for one in wanted if one.level > 0])
    found = {}
    for one in wanted:
        row = (nodes if one.level else leaves).get(one.last_leaf, b"")
        end = max(one.level, 1) * HASH_BYTES
        found[one] = row[end - HASH_BYTES : end]
        if len(found[one]) != HASH_BYTES:
            raise LedgerDamaged(f"the tree lacks the node of level {one.level} that entry {one.last_leaf} completes")
    return found


def _by_leaf(rows: Rows, sql: str, wanted: Sequence[Subtree]) -> dict[int, bytes]:
    return dict(rows(sql, {"wanted": json.dumps([one.last_leaf for one in wanted])})) if wanted else {}
