"""Verify a receipt of the decision ledger without the service: python verify_receipt.py RECEIPT KEY

RECEIPT is a file from /v1/decisions/{id}/receipt, KEY the public key of the log: the line that its operator
publishes, `<origin>+<key id>+<base64>`. Needs Python and the package `cryptography`. Prints the entry and
ends with 0 if the log that the key signs for holds it; else says why not and ends with 1.

What is checked: C2SP signed-note, tlog-checkpoint and tlog-proof, RFC 6962 section 2.1, RFC 9162 section 2.1.3.2.
"""

import base64
import hashlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def need(holds, why):
    if not holds:
        raise ValueError(why)


def decoded(text):
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "base64 that could be written otherwise")
    return data


def number(text):
    need(text.isascii() and text.isdigit() and str(int(text)) == text and len(text) < 20, f"{text!r} is no number")
    return int(text)


def read_key(text):
    """The name, the id and the bytes of a key; its id must follow from the others."""
    name, key_id, data = text.strip().split("+", 2)
    data = decoded(data)
    need(data[:1] == b"\1" and len(data) == 33, "not an Ed25519 key")
    need(hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex() == key_id, "the id of the key is wrong")
    return name, bytes.fromhex(key_id), data[1:]


def read_checkpoint(note, name, key_id, public):
    """The size and the root in a checkpoint that this key has signed."""
    text, blank, signatures = note.rpartition("\n\n")
    text += "\n"
    need(blank and signatures.endswith("\n"), "the checkpoint is no signed note")
    signed = False
    for line in signatures[:-1].split("\n"):
        dash, signer, data = line.split(" ")
        need(dash == "\N{EM DASH}", "the checkpoint has a line that is no signature")
        if signer == name and decoded(data)[:4] == key_id:
            Ed25519PublicKey.from_public_bytes(public).verify(decoded(data)[4:], text.encode())
            signed = True
    need(signed, "the checkpoint is not signed with this key")
    origin, size, root, end = text.split("\n")
    need(origin == name and end == "", "the checkpoint is of another log")
    return number(size), decoded(root)


def root_from(index, size, leaf, proof):
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2)."""
    need(index < size, "the log has no such entry")
    first, last, found = index, size - 1, leaf
    for step in proof:
        need(last > 0 and len(step) == 32, "the proof is too long, or a hash in it is")
        if first % 2 or first == last:
            found = hashlib.sha256(b"\1" + step + found).digest()
            while first and first % 2 == 0:
                first, last = first // 2, last // 2
        else:
            found = hashlib.sha256(b"\1" + found + step).digest()
        first, last = first // 2, last // 2
    need(last == 0, "the proof is too short")
    return found


def verify(receipt, key):
    """The entry in a receipt, if the log holds it; else ValueError or InvalidSignature."""
    head, _, note = receipt.partition("\n\n")
    header, extra, index, *proof = head.split("\n")
    need(header == "c2sp.org/tlog-proof@v1", "not a receipt")
    need(extra.startswith("extra ") and index.startswith("index "), "a receipt without entry or index")
    entry = decoded(extra[6:])
    size, root = read_checkpoint(note, *read_key(key))
    leaf = hashlib.sha256(b"\0" + entry).digest()
    need(root_from(number(index[6:]), size, leaf, map(decoded, proof)) == root, "the log does not hold this entry")
    return entry


if __name__ == "__main__":
    try:
        with open(sys.argv[1], encoding="utf-8", newline="") as file, open(sys.argv[2], encoding="utf-8") as key:
            print(verify(file.read(), key.read()).decode())
    except (InvalidSignature, ValueError) as error:
        sys.exit(f"not verified: {error or 'the signature is not that of the key'}")
