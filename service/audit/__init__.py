"""The audit: every entry, the tree, the guards and the kept checkpoints, from raw rows."""

from service.audit.audit import Check, Report, run
from service.audit.findings import Finding
from service.audit.rows import Row, Unreadable

__all__ = ["Check", "Finding", "Report", "Row", "Unreadable", "run"]
