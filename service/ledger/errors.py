"""What the ledger refuses, and why; every error of this package is a `LedgerError`."""

from __future__ import annotations


class LedgerError(Exception):
    """The root of all errors that the ledger raises on purpose."""


class CanonicalError(LedgerError, ValueError):
    """A value has no RFC 8785 form among the values that the ledger holds.

    `reason` says what is wrong; `pointer` is the RFC 6901 pointer to the place, empty for the whole value.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: list[str | int] = []

    @property
    def pointer(self) -> str:
        """The JSON pointer to the refused value; what cannot be printed is shown as a backslash escape."""
        steps = (str(step).encode("utf-8", "backslashreplace").decode() for step in self.path)
        return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)

    def __str__(self) -> str:
        return f"{self.pointer}: {self.reason}" if self.path else self.reason


class LedgerInUse(LedgerError):
    """Another service, or another `Ledger` of this process, has the file open for writing."""


class LedgerUnsupported(LedgerError):
    """This platform, file system or program version cannot give what the ledger promises."""


class LedgerDamaged(LedgerError):
    """The file is not the ledger that was written: a gap, a missing guard, or no ledger at all."""


class LedgerUnreadable(LedgerError):
    """A read met an SQLite error; the cause is chained."""


class LedgerFailed(LedgerError):
    """A write, commit or checkpoint failed, so this ledger takes nothing any more; the cause is chained.

    The entry of the refused append may or may not be stored: open the ledger anew and ask with its key.
    """


class LedgerClosed(LedgerError):
    """The ledger was closed."""


class IdempotencyConflict(LedgerError):
    """The idempotency key was used before, for another request."""


class EntryExists(LedgerError):
    """An entry with this id is stored already and no idempotency key says that it is the same one."""
