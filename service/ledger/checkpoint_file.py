"""Checkpoints in a file of the operator's choice, each on the disk before the next is written.

Signed notes with an empty line after each. A later start and an audit are held against it: the ledger alone
does not show that its newest entries were cut off.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from service.ledger.errors import LedgerDamaged
from service.ledger.files import make_folder, sync_folder, write_all
from service.proofs.checkpoint import SIGNATURE, Checkpoint, open_checkpoint, split_notes
from service.proofs.notes import NoteError, VerifierKey

_TAIL_BYTES: Final = 65_536
"""How much of the end is read to find the last checkpoint; longer than any."""


class CheckpointFile:
    """The file, open for appending."""

    def __init__(self, path: Path, key: VerifierKey) -> None:
        """Open or create it (0600), and take off what a crash left of an unfinished note.

        Raises `LedgerDamaged` if it ends with anything but a checkpoint of this key, OSError.
        """
        self.path = path.resolve()
        make_folder(self.path.parent)
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            self.last = self._read_last(key)
            sync_folder(self.path.parent)
        except BaseException:
            os.close(self._descriptor)
            raise

    def append(self, note: str) -> None:
        """Add a signed checkpoint; it is on the disk when this returns. Raises OSError."""
        write_all(self._descriptor, f"{note}\n".encode())
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _read_last(self, key: VerifierKey) -> Checkpoint | None:
        size = os.fstat(self._descriptor).st_size
        start = max(0, size - _TAIL_BYTES)
        tail = os.pread(self._descriptor, _TAIL_BYTES, start)
        whole = _whole(tail)
        rest = tail[whole:]
        if not (rest + b"\n").startswith(f"{key.name}\n".encode()[: len(rest)]) or (start and not whole):
            raise LedgerDamaged(f"`{self.path}` is not a file of checkpoints of the log `{key.name}`")
        if rest:
            os.ftruncate(self._descriptor, start + whole)
            os.fsync(self._descriptor)
        found = [note for _, note in split_notes(tail[:whole].splitlines(keepends=True))]
        if not found:
            return None
        try:
            return open_checkpoint(found[-1], key)
        except NoteError as error:
            raise LedgerDamaged(f"the last checkpoint in `{self.path}` is not one of this log: {error}") from error


def _whole(data: bytes) -> int:
    """Where the last whole note ends: after the empty line that follows its signatures."""
    place = end = 0
    signed = False
    for line in data.splitlines(keepends=True):
        place += len(line)
        if signed and line == b"\n":
            end = place
        signed = line.startswith(SIGNATURE)
    return end
