"""The writer process: the one that has the ledger open for writing and holds the key. Workers ask it."""

from __future__ import annotations

import logging
import os
import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from service.ledger import wire
from service.ledger.errors import LedgerError
from service.ledger.log import Log

_BACKLOG: Final = 64
_PEER: Final = struct.Struct("3i")

_log = logging.getLogger(__name__)


class WriterServer:
    """Answers workers at a socket: one thread a connection, all through the one writer of the log."""

    def __init__(self, log: Log, path: Path) -> None:
        """Listens at `path`, for this user alone. Raises OSError."""
        self._log = log
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._ended = threading.Event()
        try:
            self._listener.bind(str(path))
            os.chmod(path, 0o600)
            self._listener.listen(_BACKLOG)
        except BaseException:
            self._listener.close()
            raise
        log.ledger.writer.on_stop = self._ended.set

    def start(self) -> None:
        """Answer from now on, in the background."""
        threading.Thread(target=self._accept, name="writer", daemon=True).start()

    def close(self) -> None:
        """Take no more connections; those that are open end with the process."""
        self._ended.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer_all, args=(connection,), daemon=True).start()

    def _answer_all(self, connection: socket.socket) -> None:
        with connection:
            if not _of_this_user(connection):
                _log.error("a process of another user wants to write; it is not answered")
                return
            try:
                while True:
                    frame = wire.receive(connection)
                    wire.send(connection, *self._answer(frame[:1], frame[1:]))
            except OSError:
                return  # the worker has gone; what it sent is written or not, its callers were not answered

    def _answer(self, question: bytes, body: bytes) -> tuple[bytes, bytes]:
        try:
            if question == wire.APPEND:
                outcomes = self._log.ledger.append_prepared(wire.unpack_drafts(body))
                return wire.DONE, wire.pack_outcomes(outcomes)
            if question == wire.SIGN:
                size, note = self._log.signed()
                return wire.DONE, f"{size}\n{note}".encode()
            if question == wire.KEY:
                return wire.DONE, str(self._log.key).encode()
            if question == wire.WATCH:
                self._ended.wait()
                return wire.FAILED, b"the writer has stopped"
        except (LedgerError, ValueError, TypeError) as error:
            return wire.FAILED, str(error).encode()
        return wire.FAILED, b"no such question"


def _of_this_user(connection: socket.socket) -> bool:
    """Whether the process at the other end runs as this one does, where the system can tell."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    _, user, _ = _PEER.unpack(raw)
    return bool(user == os.geteuid())
