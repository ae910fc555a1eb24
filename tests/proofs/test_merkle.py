"""The tree: against the recursive text of the RFC for every size, and proofs that one change breaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.proofs.merkle import (
    EMPTY_ROOT,
    ProofError,
    Span,
    append,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_of,
    subtrees,
    verify_consistency,
    verify_inclusion,
)
from tests.proofs import reference


class Tree:
    """A log in memory that keeps the hash of every complete subtree, as the ledger does."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.hashes: dict[tuple[int, int], bytes] = {}
        self.roots = [EMPTY_ROOT]
        compact: list[bytes] = []
        for size, leaf in enumerate(map(leaf_hash, leaves)):
            for level, found in enumerate([leaf, *append(compact, size, leaf)]):
                self.hashes[level, size >> level] = found
            self.roots.append(root_of(compact))

    def proof(self, path: list[Span]) -> list[bytes]:
        return [root_of([self.hashes[one] for one in subtrees(span)]) for span in path]


def leaves(size: int) -> list[bytes]:
    return [b"%d" % number for number in range(size)]


TREE = Tree(leaves(70))
SIZES = st.integers(1, 3000)


def test_the_roots_are_those_of_the_rfc() -> None:
    assert [reference.mth(leaves(size)) for size in range(71)] == TREE.roots


def test_every_inclusion_proof_is_that_of_the_rfc_and_verifies() -> None:
    for size in range(1, 71):
        for index in range(size):
            proof = TREE.proof(inclusion_path(index, size))
            assert proof == reference.path(index, leaves(size))
            verify_inclusion(index, size, leaf_hash(b"%d" % index), proof, TREE.roots[size])


def test_every_consistency_proof_is_that_of_the_rfc_and_verifies() -> None:
    for size in range(1, 71):
        for old in range(1, size + 1):
            proof = TREE.proof(consistency_path(old, size))
            assert proof == reference.proof(old, leaves(size))
            verify_consistency(old, size, proof, TREE.roots[old], TREE.roots[size])


@given(st.data(), SIZES)
def test_larger_trees(data: st.DataObject, size: int) -> None:
    tree = Tree(leaves(size))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert tree.roots[size] == reference.mth(leaves(size))
    verify_inclusion(index, size, leaf_hash(b"%d" % index), tree.proof(inclusion_path(index, size)), tree.roots[size])
    proof = tree.proof(consistency_path(old, size))
    verify_consistency(old, size, proof, tree.roots[old], tree.roots[size])


@given(st.data(), st.integers(1, 70))
def test_no_changed_inclusion_proof_verifies(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof, leaf = TREE.proof(inclusion_path(index, size)), leaf_hash(b"%d" % index)
    changed = data.draw(_changes(proof))
    with pytest.raises(ProofError):
        verify_inclusion(index, size, leaf, changed, TREE.roots[size])
    with pytest.raises(ProofError):
        verify_inclusion(index, size, _flipped(leaf), proof, TREE.roots[size])
    with pytest.raises(ProofError):
        verify_inclusion(data.draw(st.sampled_from([-1, size, size + index])), size, leaf, proof, TREE.roots[size])
    if size > 1:
        other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index))
        with pytest.raises(ProofError):
            verify_inclusion(other, size, leaf, proof, TREE.roots[size])


@given(st.data(), st.integers(1, 70))
def test_no_changed_consistency_proof_verifies(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(1, size))
    proof = TREE.proof(consistency_path(old, size))
    before, after = TREE.roots[old], TREE.roots[size]
    for bad in ((old, size, data.draw(_changes(proof)), before, after),
                (old, size, proof, _flipped(before), after),
                (old, size, proof, before, _flipped(after)),
                (0, size, proof, EMPTY_ROOT, after),
                (0, size, [], EMPTY_ROOT, after),
                (size + 1, size, proof, before, after)):  # fmt: skip
        with pytest.raises(ProofError):
            verify_consistency(*bad)


def test_there_is_no_proof_of_what_is_not() -> None:
    for index, size in ((0, 0), (1, 1), (-1, 3)):
        with pytest.raises(ValueError, match="there is no leaf"):
            inclusion_path(index, size)
    for old, size in ((0, 0), (0, 3), (4, 3)):
        with pytest.raises(ValueError, match="there is no proof"):
            consistency_path(old, size)


def test_a_hash_of_another_length_proves_nothing() -> None:
    with pytest.raises(ProofError, match="32 bytes"):
        verify_inclusion(0, 1, b"short", [], b"short")
    with pytest.raises(ProofError, match="32 bytes"):
        verify_consistency(1, 2, [b"short"], b"short", b"short")


def _flipped(one: bytes) -> bytes:
    return bytes([one[0] ^ 1]) + one[1:]


def _changes(proof: list[bytes]) -> st.SearchStrategy[list[bytes]]:
    """The proof with one hash flipped, dropped, doubled, moved or added."""
    ways = [st.just([*proof, TREE.roots[1]]), st.just([TREE.roots[1], *proof])]
    if proof:
        places = st.integers(0, len(proof) - 1)
        ways += [
            places.map(lambda n: [*proof[:n], _flipped(proof[n]), *proof[n + 1 :]]),
            places.map(lambda n: proof[:n] + proof[n + 1 :]),
            places.map(lambda n: [*proof[: n + 1], *proof[n:]]),
        ]
    if len(proof) > 1:
        ways.append(st.just(proof[::-1]))
    return st.one_of(ways)
