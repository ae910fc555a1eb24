"""A register of what the log says about rules and obligations, derived from its entries alone."""

from service.register.entries import Entries, FileEntries, LedgerEntries, UnreadableLedger
from service.register.obligations import Filters, Obligation, Page
from service.register.register import Register
from service.register.search import Counts, Hit, Hits, Wanted
from service.register.tallies import Tally

__all__ = [
    "Counts",
    "Entries",
    "FileEntries",
    "Filters",
    "Hit",
    "Hits",
    "LedgerEntries",
    "Obligation",
    "Page",
    "Register",
    "Tally",
    "UnreadableLedger",
    "Wanted",
]
