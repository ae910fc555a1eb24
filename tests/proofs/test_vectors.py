"""Everything that others have published to test such programs with."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
import rfc8785

from service.ledger import CanonicalError, canonical_bytes
from service.proofs import checkpoint, notes, receipt
from service.proofs.merkle import (
    ProofError,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from service.proofs.notes import Signer, VerifierKey
from tests.proofs import reference
from tests.proofs.test_merkle import Tree
from tests.proofs.vectors import data, load, need, probes


def holds(check: Any, *arguments: Any) -> bool:
    try:
        check(*arguments)
    except ProofError:
        return False
    return True


def hashes(probe: dict[str, Any]) -> list[bytes]:
    return [data(one) for one in probe["proof"] or []]


def test_inclusion_probes() -> None:
    for place, probe in probes("inclusion"):
        got = holds(
            verify_inclusion, probe["leafIdx"], probe["treeSize"], data(probe["leafHash"]), hashes(probe),
            data(probe["root"]),
        )  # fmt: skip
        assert got is not probe["wantErr"], place
        assert probe["treeSize"] or not got, place


def test_consistency_probes() -> None:
    """A size of 0 is an error in every probe."""
    for place, probe in probes("consistency"):
        got = holds(
            verify_consistency, probe["size1"], probe["size2"], hashes(probe), data(probe["root1"]),
            data(probe["root2"]),
        )  # fmt: skip
        assert got is not probe["wantErr"], place
        assert (probe["size1"] and probe["size2"]) or not got, place


def test_subtree_inclusion_probes() -> None:
    """A leaf in a subtree is one of a tree of that size, wherever the subtree may stand."""
    for place, probe in probes("subtreeinclusion"):
        start, size = probe["start"], probe["end"] - probe["start"]
        stands = start >= 0 and size > 0 and start % (1 << (size - 1).bit_length()) == 0
        got = stands and holds(
            verify_inclusion, probe["leafIdx"] - start, size, data(probe["leafHash"]), hashes(probe),
            data(probe["root"]),
        )  # fmt: skip
        assert got is not probe["wantErr"], place


def test_subtree_consistency_probes() -> None:
    """Those of subtrees that start at 0 and are not empty: these are old trees, and no other has a proof here."""
    count = 0
    for place, probe in probes("subtreeconsistency"):
        if probe["start"] or not probe["end"]:
            continue
        count += 1
        got = holds(
            verify_consistency, probe["end"], probe["size"], hashes(probe), data(probe["root1"]), data(probe["root2"])
        )  # fmt: skip
        assert got is not probe["wantErr"], place
    assert count > 50


def test_hashes_and_roots() -> None:
    vectors = load("rfc6962-roots/roots.json")
    leaves = [bytes.fromhex(one) for one in vectors["leaf_inputs_hex"]]
    tree = Tree(leaves)
    assert [leaf_hash(one).hex() for one in leaves] == vectors["leaf_hashes_hex"]
    assert [one.hex() for one in tree.roots] == vectors["roots_by_size_hex"]
    for one in vectors["primitives"]:
        if one["op"] == "empty_root":
            assert root_of([]).hex() == one["hex"]
        elif one["op"] == "leaf":
            text = one["data_ascii"].encode() if "data_ascii" in one else bytes.fromhex(one["data_hex"])
            assert leaf_hash(text).hex() == one["hex"]
        else:
            assert node_hash(one["left_ascii"].encode(), one["right_ascii"].encode()).hex() == one["hex"]


def test_the_reference_has_the_accumulated_subtree_hashes() -> None:
    """The text that the program is judged against is judged too, over all subtrees of up to 130 leaves."""
    vectors = load("rfc6962-roots/roots.json")["accumulated_subtree_vectors"]
    leaves = [bytes([number]) for number in range(130)]
    found = hashlib.sha256()
    for end in range(131):
        for start in range(end + 1):
            if start == end or start % (1 << (end - start - 1).bit_length()) == 0:
                found.update(f"[{start}, {end}) {reference.mth(leaves[start:end]).hex()}\n".encode())
    assert found.hexdigest() == vectors["subtree_hash"]["sha256"]


def test_ed25519() -> None:
    count = 0
    for group in load("ed25519-wycheproof/ed25519_test.json")["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            count += 1
            got = notes.verify(public, bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
            assert got is (case["result"] == "valid"), case["tcId"]
    assert count == 151


def test_verifier_keys() -> None:
    vectors = load("signed-note/notes.json")
    for text in vectors["verifier_keys_valid"]:
        if text.split("+")[2].startswith("B"):  # type 04, a witness's cosignature: not a kind that we use
            with pytest.raises(notes.MalformedKey, match="only Ed25519"):
                VerifierKey.parse(text)
        else:
            assert str(VerifierKey.parse(text)) == text
    for text in vectors["verifier_keys_invalid"]:
        with pytest.raises(notes.MalformedKey):
            VerifierKey.parse(text)


def test_mutated_verifier_keys() -> None:
    text = load("signed-note/notes.json")["verifier_keys_valid"][0]
    cuts = {text[start:end] for start in range(len(text)) for end in range(start, len(text) + 1)} - {text}
    bumped = {text[:n] + chr((ord(text[n]) + 1) % 128) + text[n + 1 :] for n in range(len(text))}
    for bad in cuts | bumped:
        with pytest.raises(notes.MalformedKey):
            VerifierKey.parse(bad)


def test_signing_is_deterministic() -> None:
    vector = load("signed-note/notes.json")["deterministic_signing"]
    signer = Signer(vector["name"], data(vector["type_and_seed_base64"])[1:])
    assert signer.key.key_id.hex() == vector["key_id"]
    assert signer.sign(vector["text"]) == vector["expected_note"]


RESULTS: dict[str, type[notes.NoteError]] = {
    "malformed": notes.MalformedNote,
    "invalid_signature": notes.ForgedNote,
    "unverified": notes.UnverifiedNote,
    "ambiguous_key": notes.AmbiguousKeys,
}


def test_notes() -> None:
    for case in load("signed-note/notes.json")["notes"]:
        keys = [VerifierKey.parse(text) for text in case["verifiers"]]
        note = case["note"].encode() if "note" in case else bytes.fromhex(case["note_hex"])
        if case["result"] == "ok":
            for key in keys:
                assert note.startswith(notes.open_note(note, [key]).encode()), case["id"]
        else:
            with pytest.raises(RESULTS[case["result"]]):
                notes.open_note(note, keys)


def test_checkpoints() -> None:
    for case in load("signed-note/checkpoints.json")["cases"]:
        if case["strict"] == "ok":
            assert checkpoint.parse(case["body"]).text == case["body"]
        else:
            with pytest.raises(checkpoint.MalformedCheckpoint):
                checkpoint.parse(case["body"])


def test_tlog_proofs() -> None:
    vectors = load("signed-note/tlog_proofs.json")
    for case in vectors["valid"]:
        found = receipt.parse(case["text"].encode())
        assert (found.index, list(found.hashes)) == (case["index"], [data(one) for one in case["hashes"]])
        assert found.extra == (None if case["extra"] is None else case["extra"].encode())
        assert found.text == case["text"]
    for text in vectors["invalid"]:
        with pytest.raises(receipt.MalformedReceipt):
            receipt.parse(text.encode())


def test_a_conversation_with_a_witness() -> None:
    """A witness signs what our verifiers let through (C2SP tlog-witness): every answer is the published one."""
    vectors = load("tlog-witness/add_checkpoint_sequence.json")
    key, seen = VerifierKey.parse(vectors["log_vkey"]), checkpoint.Checkpoint("", 0, b"")
    for step in vectors["steps"]:
        head, _, note = step["request_body"].partition("\n\n")
        first, *proof = head.split("\n")
        try:
            claimed = checkpoint.open_checkpoint(note.encode(), key)
        except notes.NoteError:
            assert (step["status"], step["log_signature_valid"]) == (403, False)
            continue
        assert step["log_signature_valid"]
        if int(first.removeprefix("old ")) != seen.size:
            assert step["status"] == 409
            continue
        steps = [data(one) for one in proof]
        good = seen.size == 0 or holds(verify_consistency, seen.size, claimed.size, steps, seen.root, claimed.root)
        assert good is (step["status"] == 200)
        seen = claimed if good else seen


def test_canonical_json() -> None:
    """Without floats ours gives the published bytes; the reference, which audits what ours wrote, always does."""
    folder = need("jcs-rfc8785-cyberphone/testdata")
    for path in sorted((folder / "input").glob("*.json")):
        floats: list[str] = []
        text = path.read_text(encoding="utf-8")
        value = json.loads(text)
        json.loads(text, parse_float=floats.append)
        expected = (folder / "output" / path.name).read_bytes()
        assert rfc8785.dumps(value) == expected
        if floats:
            with pytest.raises(CanonicalError, match="float"):
                canonical_bytes(value)
        else:
            assert canonical_bytes(value) == expected


@pytest.mark.parametrize("lines", [1000, 10_000])
def test_canonical_numbers_of_the_reference(lines: int) -> None:
    vectors = load("jcs-rfc8785-cyberphone/es6_numbers.json")
    (expected,) = (one for count, one in _digests(vectors) if count == lines)
    found = hashlib.sha256()
    for word in islice(_words(vectors["static_u64_hex"]), lines):
        (number,) = struct.unpack(">d", word.to_bytes(8, "big"))
        found.update(b"%x,%b\n" % (word, rfc8785.dumps(number)))
    assert found.hexdigest() == expected


def _digests(vectors: dict[str, Any]) -> Iterator[tuple[int, str]]:
    (table,) = (one for name, one in vectors.items() if "sha256" in name)
    yield from ((int(count), digest) for count, digest in table.items())


def _words(static: list[str]) -> Iterator[int]:
    """The published sequence of doubles, as their bits."""
    yield from (int(one, 16) for one in static)
    yield from range(0x0010000000000000, 0x0010000000000000 + 2000)
    block = bytes(32)
    while True:
        block = hashlib.sha256(block).digest()
        for word in struct.unpack("<4Q", block):
            if word & (1 << 63) - 1 and word >> 52 & 0x7FF != 0x7FF:
                yield word
