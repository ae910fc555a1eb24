"""The processes beside the workers: the one that writes the ledger, and the one that keeps the register."""
