"""What commands read of a data folder beside a running service: the ledger file, and the register over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from service.cli.policies import Failure
from service.config import Settings
from service.personal import KeysUnusable, SubjectKeys, Vault
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
        with _register(entries, data_dir) as register:
            yield LogFiles(entries, register)
        entries.close()
    except (UnreadableLedger, KeysUnusable) as error:
        raise Failure(str(error)) from None


@contextmanager
def _register(entries: FileEntries, data_dir: Path) -> Iterator[Register]:
    """The one that the service keeps, which opens sealed deadlines; or one of this command's own, which does not."""
    keys = SubjectKeys.existing(Settings(data_dir=data_dir).subject_keys_path) if _takes_files(data_dir) else None
    register = Register(entries) if keys is None else Register(entries, data_dir / FILE, Vault(keys))
    try:
        yield register
    finally:
        register.close()
        if keys is not None:
            keys.close()


def _takes_files(folder: Path) -> bool:
    return os.access(folder, os.W_OK)
