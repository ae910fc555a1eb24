"""What a caller remembers of the log, so that a rewritten past is noticed."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from policy_decisions_client.errors import NotVerified, ProofError
from policy_decisions_client.models import Decision
from policy_decisions_client.proofs import Checkpoint, PublicKey, Receipt, verify_consistency


class Watch:
    """The newest checkpoint of a log that was seen and found consistent with all before; safe among threads.

    With a `file` it outlives the process.
    """

    def __init__(self, key: PublicKey, file: Path | None = None) -> None:
        """Raises `ProofError` for a file that does not hold a checkpoint of this log, and OSError."""
        self.key = key
        self._file = file
        self._mutex = threading.Lock()
        kept = file is not None and file.exists()
        self.newest = Checkpoint.verified(file.read_text(encoding="utf-8"), key) if file and kept else None

    def advance(self, known: Checkpoint | None, seen: Checkpoint) -> bool:
        """Remember the larger of both, once they are found consistent. False if another was remembered meanwhile."""
        with self._mutex:
            if self.newest is not known:
                return False
            if known is None or known.size < seen.size:
                self._keep(seen)
                self.newest = seen
            return True

    def _keep(self, seen: Checkpoint) -> None:
        if self._file is None:
            return
        fresh = self._file.with_name(f"{self._file.name}.new")
        fresh.write_text(seen.note, encoding="utf-8")
        os.replace(fresh, self._file)


def check_same(one: Checkpoint, other: Checkpoint) -> None:
    """Two checkpoints of one size must be of one log. Raises `ProofError`."""
    if one.root != other.root:
        raise ProofError(f"the log was rewritten: it has shown two roots at the size of {one.size}")


def check_grown(old: Checkpoint, new: Checkpoint, proof: list[bytes]) -> None:
    """The larger checkpoint must be of a log that begins with the smaller one's. Raises `ProofError`."""
    try:
        verify_consistency(old.size, new.size, proof, old.root, new.root)
    except ProofError as error:
        raise ProofError(f"the log was rewritten: {error}") from None


def check_entry(decision: Decision, receipt: Receipt) -> None:
    """The entry in the receipt must be the very answer that was given. Raises `NotVerified`."""
    entry, answer = receipt.document, decision.document
    content = entry.get("content")
    pairs = {"decision_id": "entry_id", "subject": "subject", "as_of": "as_of", "decided_at": "decided_at"}
    inside = ("status", "policy", "outcomes", "required_actions", "missing_facts")
    differing = [name for name, stored in pairs.items() if answer.get(name) != entry.get(stored)]
    differing += [name for name in inside if not isinstance(content, dict) or answer.get(name) != content.get(name)]
    place = decision.receipt
    if entry.get("kind") != "decision" or entry.get("index") != receipt.index:
        differing.append("kind")
    elif (place.index, place.leaf_hash) != (receipt.index, receipt.leaf_hash.hex()):
        differing.append("receipt")
    if differing:
        raise NotVerified(decision.decision_id, f"the log holds another {', another '.join(differing)}")
