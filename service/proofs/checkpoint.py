"""Checkpoints (C2SP tlog-checkpoint): the size and root of a log at one moment, as a signed note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from service.proofs import notes
from service.proofs.merkle import HASH_BYTES
from service.proofs.notes import Signer, VerifierKey

SIGNATURE: Final = "— ".encode()
"""How a signature line of a note begins."""

_SIZE: Final = re.compile("0|[1-9][0-9]{0,19}")
_MAX_SIZE: Final = 2**64 - 1


class MalformedCheckpoint(notes.NoteError):
    """The text of a note is no checkpoint, or one of another log."""


class Checkpoint(NamedTuple):
    """What a checkpoint says: the log's origin, its number of entries, its RFC 6962 root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{notes.encode(self.root)}\n"

    def signed(self, signer: Signer) -> str:
        """The checkpoint as a note; the key's name is the origin."""
        return signer.sign(self.text)


def parse(text: str) -> Checkpoint:
    """The checkpoint in the text of a note: exactly three lines.

    Extension lines, which C2SP allows and does not recommend, are refused: no one could audit them.
    Raises `MalformedCheckpoint`.
    """
    origin, *rest = text.split("\n")
    if len(rest) != 3 or rest[2] or not origin:
        raise MalformedCheckpoint("a checkpoint has three lines: origin, size, root")
    if _SIZE.fullmatch(rest[0]) is None or int(rest[0]) > _MAX_SIZE:
        raise MalformedCheckpoint("the size of a checkpoint is a decimal number below 2^64")
    try:
        root = notes.decode(rest[1])
    except ValueError:
        root = b""
    if len(root) != HASH_BYTES:
        raise MalformedCheckpoint(f"the root of a checkpoint is {HASH_BYTES} bytes in base64")
    return Checkpoint(origin, int(rest[0]), root)


def open_checkpoint(note: bytes, key: VerifierKey) -> Checkpoint:
    """The checkpoint that a log's own key has signed. Raises `notes.NoteError` of any kind."""
    checkpoint = parse(notes.open_note(note, [key]))
    if checkpoint.origin != key.name:
        raise MalformedCheckpoint(f"the checkpoint is of the log `{checkpoint.origin}`, the key of `{key.name}`")
    return checkpoint


def split_notes(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The signed notes in a file that holds one after the other: the line each begins at, from 1, and its bytes.

    A note ends after its signature lines; empty lines between notes belong to none. What is no whole note
    comes out all the same, for `open_checkpoint` to refuse.
    """
    note: list[bytes] = []
    begins, signed = 1, False
    for number, line in enumerate(lines, 1):
        if signed and not line.startswith(SIGNATURE):
            yield begins, b"".join(note)
            note = []
        if not note:
            begins = number
        if note or line != b"\n":
            note.append(line)
        signed = line.startswith(SIGNATURE)
    if note:
        yield begins, b"".join(note)
