"""What commands read of a data folder beside a running service: the ledger file, and the register over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from service.cli.policies import Failure
from service.config import Settings
from service.register import FileEntries, Register, UnreadableLedger
from service.register.register import FILE


class LogFiles(NamedTuple):
    """The entries of a ledger file, and a register that is as long as they are."""

    entries: FileEntries
    register: Register


@contextmanager
def log_files(data_dir: Path) -> Iterator[LogFiles]:
    """Open both; the ledger read-only. The register is kept in memory where the folder takes no files.

    Ends with one line where the ledger cannot be read.
    """
    try:
        entries = FileEntries(Settings(data_dir=data_dir).ledger_path)
        register = Register(entries, data_dir / FILE if _takes_files(data_dir) else None)
        try:
            yield LogFiles(entries, register)
        finally:
            register.close()
            entries.close()
    except UnreadableLedger as error:
        raise Failure(str(error)) from None


def _takes_files(folder: Path) -> bool:
    return os.access(folder, os.W_OK)
