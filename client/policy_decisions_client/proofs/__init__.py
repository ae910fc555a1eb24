"""Proofs of the decision log, verified without anything of the service: RFC 6962, signed notes, receipts."""

from policy_decisions_client.proofs.merkle import verify_consistency, verify_inclusion
from policy_decisions_client.proofs.notes import Checkpoint, PublicKey
from policy_decisions_client.proofs.receipt import Receipt

__all__ = ["Checkpoint", "PublicKey", "Receipt", "verify_consistency", "verify_inclusion"]
