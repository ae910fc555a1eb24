"""The ledger as a log that proves itself: signed checkpoints, receipts, and the file that keeps checkpoints."""

from __future__ import annotations

import logging
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from service.ledger import keys
from service.ledger.checkpoint_file import CheckpointFile
from service.ledger.entry import Entry
from service.ledger.errors import LedgerDamaged, LedgerFailed, LedgerUnreadable, LedgerUnsupported
from service.ledger.ledger import Ledger
from service.ledger.remote import RemoteWriter
from service.proofs.checkpoint import Checkpoint
from service.proofs.notes import Signer, VerifierKey
from service.proofs.receipt import Receipt

CADENCE: Final = 1.0
"""Seconds between two checkpoints in the file, at least; none is written while no entry comes."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a log has its files, and its name."""

    ledger: Path
    key: Path
    origin: str
    checkpoints: Path | None = None


class Proofs(ABC):
    """A ledger, and checkpoints over it that somebody signs. Safe for any number of threads."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    @property
    @abstractmethod
    def key(self) -> VerifierKey:
        """The public key that checks this log's checkpoints."""

    @abstractmethod
    def signed(self) -> tuple[int, str]:
        """Size and note of the checkpoint over all acknowledged entries. Raises `LedgerFailed`."""

    def checkpoint(self) -> str:
        """The signed checkpoint over all acknowledged entries. Raises `LedgerFailed`."""
        return self.signed()[1]

    def receipt(self, entry: Entry) -> Receipt:
        """The proof that an entry is in the log, under the present checkpoint.

        Raises `LedgerUnreadable` for an entry that is not acknowledged, and `LedgerFailed`, `LedgerClosed`.
        """
        size, checkpoint = self.signed()
        if entry.index >= size:
            raise LedgerUnreadable(f"entry {entry.index} is not acknowledged yet")
        hashes = self.ledger.inclusion_proof(entry.index, size)
        return Receipt(entry.index, tuple(hashes), checkpoint, entry.canonical)

    def close(self) -> None:
        """Serve those who wait and close the ledger; a second call does nothing."""
        self.ledger.close()


class RemoteLog(Proofs):
    """The log as a worker has it: the writer process signs."""

    def __init__(self, ledger: Ledger, writer: RemoteWriter) -> None:
        super().__init__(ledger)
        self._writer = writer

    @classmethod
    def connect(cls, path: Path, writer: Path) -> Self:
        """The log in a ledger file, by way of the process that listens at the socket `writer`.

        Raises `LedgerFailed` where none listens.
        """
        ledger, remote = Ledger.connect(path, writer)
        return cls(ledger, remote)

    @property
    def key(self) -> VerifierKey:
        return self._writer.key

    def signed(self) -> tuple[int, str]:
        return self._writer.signed()


class Log(Proofs):
    """A ledger, the key that signs for it, and perhaps a file of checkpoints."""

    def __init__(self, ledger: Ledger, signer: Signer, file: CheckpointFile | None = None) -> None:
        """Raises `LedgerDamaged` if the ledger does not begin with the last checkpoint in the file."""
        super().__init__(ledger)
        self._signer = signer
        self._file = file
        self._kept = _checked(ledger, file)
        self._latest: tuple[int, str] | None = None
        self._mutex = threading.Lock()
        self._ended = threading.Event()
        self._keeper = threading.Thread(target=self._keep_all, name="checkpoints", daemon=True)

    @classmethod
    def open(cls, places: Places, environment: MutableMapping[str, str] = os.environ) -> Self:
        """Open the ledger, its key (see `keys.signer`) and its file of checkpoints.

        Raises what `Ledger.open` and `keys.signer` raise, `LedgerDamaged` if ledger and checkpoints do not
        fit, and `LedgerUnsupported` if the file of checkpoints cannot be used.
        """
        ledger = Ledger.open(places.ledger)
        file = None
        try:
            signer = keys.signer(places.key, places.origin, environment)
            if places.checkpoints is not None:
                file = _open_file(places.checkpoints, signer.key)
            return cls(ledger, signer, file)
        except BaseException:
            if file is not None:
                file.close()
            ledger.close()
            raise

    @property
    def key(self) -> VerifierKey:
        return self._signer.key

    def start(self) -> None:
        """Begin to keep checkpoints in the file, if there is one."""
        if self._file is not None:
            self._keeper.start()

    def close(self) -> None:
        """Serve those who wait, close the ledger, keep its last checkpoint; a second call does nothing."""
        if self._ended.is_set():
            return
        self._ended.set()
        if self._keeper.is_alive():
            self._keeper.join()
        self.ledger.close()
        if self._file is not None:
            self._keep()
            self._file.close()

    def signed(self) -> tuple[int, str]:
        """The size and the note of a checkpoint that covers all that is acknowledged; one signature a size."""
        head = self.ledger.head
        with self._mutex:
            if self._latest is None or self._latest[0] < head.size:
                note = Checkpoint(self.key.name, head.size, head.root).signed(self._signer)
                self._latest = (head.size, note)
            return self._latest

    def _keep_all(self) -> None:
        while not self._ended.wait(CADENCE):
            self._keep()

    def _keep(self) -> None:
        """Append the present checkpoint if entries came since the last; what fails here stops the ledger."""
        assert self._file is not None
        try:
            size, note = self.signed()
            if size > self._kept:
                self._file.append(note)
                self._kept = size
        except LedgerFailed:
            self._ended.set()
        except Exception as error:
            self.ledger.stop(error)
            _log.error("no checkpoint can be kept in `%s`: %s", self._file.path, error)
            self._ended.set()


def _open_file(path: Path, key: VerifierKey) -> CheckpointFile:
    try:
        return CheckpointFile(path, key)
    except OSError as error:
        raise LedgerUnsupported(f"no checkpoint can be kept in `{path}`: {error.strerror}") from error


def _checked(ledger: Ledger, file: CheckpointFile | None) -> int:
    """The size of the last checkpoint in the file, after holding the ledger against it."""
    last = file.last if file is not None else None
    if file is None or last is None:
        return 0
    if last.size > ledger.size:
        raise LedgerDamaged(
            f"the ledger has {ledger.size} entries, but a checkpoint in `{file.path}` was made over {last.size}:"
            " the newest are missing, as after a restore"
        )
    if ledger.root_at(last.size) != last.root:
        raise LedgerDamaged(f"the first {last.size} entries are not those of the last checkpoint in `{file.path}`")
    return last.size
