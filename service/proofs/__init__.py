"""Proofs that need no trust in who made them: Merkle tree, signed notes, checkpoints, receipts."""
