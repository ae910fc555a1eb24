"""Exports for auditors: entries with their proofs under one signed checkpoint, in files that verify offline."""

from service.export.covering import Covering, NotCovered, covering
from service.export.files import FORMATS, Exported, export
from service.export.selection import Filters, records
from service.export.verify import verify_file

__all__ = [
    "FORMATS",
    "Covering",
    "Exported",
    "Filters",
    "NotCovered",
    "covering",
    "export",
    "records",
    "verify_file",
]
