"""The ledger as a worker has it: it reads the file by itself, and asks the writer process for all else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from service.ledger import wire
from service.ledger.batch import Outcome
from service.ledger.combiner import Combiner
from service.ledger.entry import Appended, Entry, Prepared
from service.ledger.errors import LedgerFailed
from service.ledger.readers import Readers
from service.ledger.tree import Head, head_at
from service.proofs.notes import VerifierKey

_FRAME_BYTES = wire.MAX_FRAME // 4
"""About how much one frame carries."""


class Channel:
    """One connection to the writer process; one question at a time."""

    def __init__(self, path: Path) -> None:
        """Raises OSError where nobody listens."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._mutex = threading.Lock()
        try:
            self._socket.connect(str(path))
        except BaseException:
            self._socket.close()
            raise

    def ask(self, question: bytes, body: bytes = b"") -> bytes:
        """The answer. Raises `LedgerFailed` with the writer's own reason, OSError if it has gone."""
        with self._mutex:
            wire.send(self._socket, question, body)
            answer = wire.receive(self._socket)
        if answer[:1] != wire.DONE:
            raise LedgerFailed(answer[1:].decode())
        return answer[1:]

    def close(self) -> None:
        """Hang up; whoever waits for an answer is woken."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class RemoteWriter(Combiner):
    """Sends what the threads of this process append, together, to the one process that writes."""

    def __init__(self, path: Path, readers: Readers) -> None:
        """Raises OSError where no writer listens at the socket `path`."""
        super().__init__()
        self._readers = readers
        self._appends = Channel(path)
        self._signs = Channel(path)
        self._watch = Channel(path)
        self.key = VerifierKey.parse(self._signs.ask(wire.KEY).decode())
        threading.Thread(target=self._stop_with_writer, name="writer", daemon=True).start()

    @property
    def size(self) -> int:
        """The number of entries that are committed."""
        ((size,),) = self._readers.rows("SELECT coalesce(max(leaf_index) + 1, 0) FROM entries", {})
        return int(size)

    @property
    def head(self) -> Head:
        """The tree over the committed entries, read from the file."""
        return head_at(self._readers.rows, self.size)

    def signed(self) -> tuple[int, str]:
        """Size and note of the checkpoint over all acknowledged entries. Raises `LedgerFailed`."""
        self.check()
        try:
            size, _, note = self._signs.ask(wire.SIGN).decode().partition("\n")
        except OSError as error:
            raise LedgerFailed(f"the writer does not answer: {error}") from error
        return int(size), note

    def hang_up(self) -> None:
        """Give the connections back."""
        for channel in (self._watch, self._signs, self._appends):
            channel.close()

    def _commit(self, drafts: Sequence[Prepared]) -> list[Outcome]:
        return [outcome for part in _parts(drafts) for outcome in self._sent(part)]

    def _sent(self, drafts: Sequence[Prepared]) -> list[Outcome]:
        answer = self._appends.ask(wire.APPEND, wire.pack_drafts(drafts))
        return [
            Appended(self._stored(one), replayed=True) if isinstance(one, int) else one
            for one in wire.unpack_outcomes(answer, drafts)
        ]

    def _stored(self, index: int) -> Entry:
        (row,) = self._readers.rows(
            "SELECT leaf_index, leaf_hash, canonical FROM entries WHERE leaf_index = :index", {"index": index}
        )
        return Entry(*row)

    def _stop_with_writer(self) -> None:
        """Wait for the one word that the writer says unasked, or for its end."""
        try:
            self._watch.ask(wire.WATCH)
        except (LedgerFailed, OSError) as error:
            self.stop(error)


def _parts(drafts: Sequence[Prepared]) -> list[list[Prepared]]:
    """The drafts in frames that are not too long; nearly always one."""
    parts: list[list[Prepared]] = [[]]
    length = 0
    for draft in drafts:
        length += len(draft.before_index) + len(draft.after_index)
        if length > _FRAME_BYTES and parts[-1]:
            parts.append([])
            length = 0
        parts[-1].append(draft)
    return parts
