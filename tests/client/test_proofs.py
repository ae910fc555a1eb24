"""The client's own verifiers, against the recursive text of the RFC and what others have published."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_decisions_client import ProofError, PublicKey, Receipt
from policy_decisions_client.proofs import Checkpoint, verify_consistency, verify_inclusion
from policy_decisions_client.proofs.merkle import leaf_hash
from policy_decisions_client.proofs.notes import signed_text

from service.proofs.notes import Signer
from tests.proofs import reference
from tests.proofs.vectors import data, load, probes

LEAVES = [b"%d" % number for number in range(70)]
ROOTS = [reference.mth(LEAVES[:size]) for size in range(71)]
SIGNER = Signer("log.example", bytes(32))
KEY = PublicKey.parse(str(SIGNER.key))


def holds(check: Any, *arguments: Any) -> bool:
    try:
        check(*arguments)
    except ProofError:
        return False
    return True


def test_every_inclusion_proof_of_the_rfc() -> None:
    for size in range(1, 71):
        for index in range(size):
            proof = reference.path(index, LEAVES[:size])
            verify_inclusion(index, size, leaf_hash(LEAVES[index]), proof, ROOTS[size])
            assert not holds(verify_inclusion, index, size, leaf_hash(b"other"), proof, ROOTS[size])


def test_every_consistency_proof_of_the_rfc() -> None:
    for size in range(1, 71):
        for old in range(1, size + 1):
            proof = reference.proof(old, LEAVES[:size])
            verify_consistency(old, size, proof, ROOTS[old], ROOTS[size])
            assert not holds(verify_consistency, old, size, proof, ROOTS[old - 1], ROOTS[size])


@given(st.data())
def test_a_proof_that_was_touched_does_not_hold(drawn: st.DataObject) -> None:
    size = drawn.draw(st.integers(2, 70))
    old = drawn.draw(st.integers(1, size - 1))
    leaf = leaf_hash(LEAVES[old])
    for proof, check in (
        (reference.path(old, LEAVES[:size]), lambda p: verify_inclusion(old, size, leaf, p, ROOTS[size])),
        (reference.proof(old, LEAVES[:size]), lambda p: verify_consistency(old, size, p, ROOTS[old], ROOTS[size])),
    ):  # fmt: skip
        place = drawn.draw(st.integers(0, len(proof) - 1))
        replaced = [*proof[:place], bytes(32), *proof[place + 1 :]]
        for touched in (proof[:-1], [*proof, proof[0]], replaced, [b"", *proof]):
            assert not holds(check, touched)


@pytest.mark.parametrize("old", [0, -1, 6])
def test_nothing_is_proved_of_a_log_that_cannot_be(old: int) -> None:
    assert not holds(verify_consistency, old, 5, [], ROOTS[5], ROOTS[5])


def hashes(probe: dict[str, Any]) -> list[bytes]:
    return [data(one) for one in probe["proof"] or []]


def test_published_inclusion_probes() -> None:
    for place, probe in probes("inclusion"):
        leaf, root = data(probe["leafHash"]), data(probe["root"])
        got = holds(verify_inclusion, probe["leafIdx"], probe["treeSize"], leaf, hashes(probe), root)
        assert got is not probe["wantErr"], place


def test_published_consistency_probes() -> None:
    for place, probe in probes("consistency"):
        roots = data(probe["root1"]), data(probe["root2"])
        got = holds(verify_consistency, probe["size1"], probe["size2"], hashes(probe), *roots)
        assert got is not probe["wantErr"], place


def test_published_keys() -> None:
    vectors = load("signed-note/notes.json")
    taken = [text for text in vectors["verifier_keys_valid"] if holds(PublicKey.parse, text)]
    assert [PublicKey.parse(text).origin for text in taken] == [
        "PeterNeumann", "EnochRoot", "example.com/foo", "sum.golang.org", "TEST",
    ]  # fmt: skip
    assert not any(holds(PublicKey.parse, text) for text in vectors["verifier_keys_invalid"])
    good = vectors["verifier_keys_valid"][0]
    for place in range(len(good)):
        assert not holds(PublicKey.parse, good[:place])
        assert not holds(PublicKey.parse, good[:place] + chr(ord(good[place]) + 1) + good[place + 1 :])


def test_published_notes() -> None:
    """One key at a time: that is all that a client has."""
    for case in load("signed-note/notes.json")["notes"]:
        note = case["note"].encode() if "note" in case else bytes.fromhex(case["note_hex"])
        verdicts = {holds(_opened, note, PublicKey.parse(text)) for text in case["verifiers"][:1]}
        assert case["result"] == "ambiguous_key" or verdicts <= {case["result"] == "ok"}, case["id"]


def _opened(note: bytes, key: PublicKey) -> None:
    try:
        text = note.decode()
    except UnicodeDecodeError:
        raise ProofError("not UTF-8") from None
    signed_text(text, key)


def test_published_checkpoints() -> None:
    """Each signed as it stands, by a key of the log that its first line names."""
    for case in load("signed-note/checkpoints.json")["cases"]:
        body = case["body"].replace("go.sum database tree", "go.sum")  # a key of ours has no space in its name
        signer = Signer(body.partition("\n")[0] or "nameless", bytes(32))
        note = signer.sign(body) if body.endswith("\n") else f"{body}\n"
        taken = holds(Checkpoint.verified, note, PublicKey.parse(str(signer.key)))
        assert taken is (case["strict"] == "ok"), body


def test_published_receipts() -> None:
    vectors = load("signed-note/tlog_proofs.json")
    for case in vectors["valid"]:
        found = Receipt.parse(case["text"])
        assert (found.index, list(found.hashes)) == (case["index"], [data(one) for one in case["hashes"]])
        assert found.entry == (None if case["extra"] is None else case["extra"].encode())
    for text in vectors["invalid"]:
        assert not holds(Receipt.parse, text)


def test_published_signatures() -> None:
    for group in load("ed25519-wycheproof/ed25519_test.json")["testGroups"]:
        key = PublicKey("x", bytes.fromhex(group["publicKey"]["pk"]))
        for case in group["tests"]:
            try:
                text = bytes.fromhex(case["msg"]).decode()
            except UnicodeDecodeError:
                continue
            assert holds(key.check, bytes.fromhex(case["sig"]), text) is (case["result"] == "valid"), case["tcId"]


def test_a_checkpoint_of_another_log_is_refused() -> None:
    note = SIGNER.sign(f"other.example\n1\n{'A' * 43}=\n")
    with pytest.raises(ProofError, match=r"a checkpoint of `log\.example`"):
        Checkpoint.verified(note, KEY)


def test_a_receipt_without_entry_proves_nothing() -> None:
    receipt = Receipt.parse("c2sp.org/tlog-proof@v1\nindex 0\n\nx\n")
    with pytest.raises(ProofError, match="does not hold its entry"):
        _ = receipt.document
