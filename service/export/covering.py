"""The signed checkpoint that an export stands under."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from service.ledger import LedgerError, LedgerInUse, Places
from service.ledger.keys import existing_signer, public_key
from service.ledger.lock import take_lock
from service.ledger.reader import Reader
from service.proofs.checkpoint import Checkpoint, open_checkpoint, split_notes
from service.proofs.notes import NoteError, VerifierKey


class NotCovered(LedgerError):
    """There is no checkpoint to export under; the text says why, and what to do."""


class Covering(NamedTuple):
    """A signed checkpoint that the ledger fits."""

    note: str
    checkpoint: Checkpoint


def covering(
    reader: Reader,
    places: Places,
    given: Path | None = None,
    key: VerifierKey | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Covering:
    """The newest checkpoint in a file that is given; else in the file that the service keeps; else one made now.

    One is made only while no service runs, for the key is the service's. Without a `key` to check with, the
    ledger's own is taken. Raises `NotCovered`, `LedgerError`, OSError.
    """
    path = given if given is not None else _kept(places)
    if path is None:
        return _made(reader, places, environment)
    found = _newest(path, key or _own_key(places, environment))
    size = found.checkpoint.size
    if size > reader.size:
        raise NotCovered(f"the checkpoint in `{path}` is over {size} entries, the ledger has {reader.size}: it is cut")
    if reader.root_at(size) != found.checkpoint.root:
        raise NotCovered(f"the ledger is not the one that the checkpoint in `{path}` was made over: audit it")
    return found


def _kept(places: Places) -> Path | None:
    """The file that the service keeps, if there is a checkpoint in it yet."""
    path = places.checkpoints
    return path if path is not None and path.is_file() and path.stat().st_size else None


def _newest(path: Path, key: VerifierKey) -> Covering:
    with path.open("rb") as file:
        note = b""
        for _, newer in split_notes(file):
            note = newer
    try:
        return Covering(note.decode(), open_checkpoint(note, key))
    except (NoteError, UnicodeDecodeError) as error:
        raise NotCovered(f"the last checkpoint in `{path}` is not one of this log: {error}") from None


def _own_key(places: Places, environment: Mapping[str, str]) -> VerifierKey:
    try:
        return public_key(places.key, environment)
    except FileNotFoundError:
        raise NotCovered("the checkpoint cannot be checked: hand in the public key of the log, too") from None


def _made(reader: Reader, places: Places, environment: Mapping[str, str]) -> Covering:
    try:
        lock = take_lock(places.ledger.resolve())
    except LedgerInUse:
        raise NotCovered(
            "the service is running, and only it signs: hand in a checkpoint from `/v1/log/checkpoint`,"
            " or let it keep checkpoints in a file (CHECKPOINT_FILE)"
        ) from None
    try:
        size = reader.size
        signer = existing_signer(places.key, environment)
        checkpoint = Checkpoint(signer.key.name, size, reader.root_at(size))
        return Covering(checkpoint.signed(signer), checkpoint)
    except FileNotFoundError:
        raise NotCovered(f"there is no signing key `{places.key}` to make a checkpoint with: hand one in") from None
    finally:
        os.close(lock)
