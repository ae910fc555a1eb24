"""Verify a JSONL export of the decision ledger without the service: python verify_export.py EXPORT KEY

EXPORT is a file from `run.py export`, KEY the public key of the log, as for verify_receipt.py, which has to be
in the same folder. Needs Python and the package `cryptography`. Ends with 0 if the log that the key signs for
holds every entry in the file; else names the line and ends with 1.

A line is the entry's own bytes in a frame: {"entry":…,"proof":["<base64>",…]}. Nothing is parsed before the
bytes are proved, so no two readers can see different things in them.
"""

import hashlib
import json
import re
import sys

from cryptography.exceptions import InvalidSignature
from verify_receipt import decoded, need, number, read_checkpoint, read_key, root_from

RECORD = re.compile(rb'\{"entry":(\{.*\}),"proof":\[([A-Za-z0-9+/=",]*)\]\}\n', re.DOTALL)
END = re.compile(rb'\{"entries":([0-9]+)\}\n')


def verify(lines, key):
    """The entries in an export, as they are proved; ValueError or InvalidSignature where one is not."""
    head = json.loads(next(lines))
    need(head["format"] == "decision-log-export@v1", "not an export")
    size, root = read_checkpoint(head["checkpoint"], *read_key(key))
    place, after, count, end = 1, -1, 0, None
    for place, line in enumerate(lines, 2):
        need(end is None, f"line {place}: it stands after the last")
        end = END.fullmatch(line)
        if end is None:
            record = RECORD.fullmatch(line)
            need(record, f"line {place}: no entry with its proof")
            proof = [decoded(text) for text in record[2].decode().replace('"', "").split(",") if text]
            entry = json.loads(record[1])
            leaf = hashlib.sha256(b"\0" + record[1]).digest()
            index = entry["index"]
            need(index > after, f"line {place}: not in the order of the log")
            need(root_from(index, size, leaf, proof) == root, f"line {place}: the log does not hold this entry")
            after, count = index, count + 1
            yield entry
    need(end, "the last line is missing: the file is cut")
    need(number(end[1].decode()) == count, f"{count} entries, not as many as the last line says")
    need(head["filters"] or count == size, f"no filter, but {count} of the {size} entries of the log")


if __name__ == "__main__":
    try:
        with open(sys.argv[1], "rb") as file, open(sys.argv[2], encoding="utf-8") as key:
            print(sum(1 for _ in verify(file, key.read())), "entries, all in the log")
    except (InvalidSignature, KeyError, TypeError, ValueError) as error:
        sys.exit(f"not verified: {error or 'the signature is not that of the key'}")
