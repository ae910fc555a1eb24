"""What workers and the writer process say to each other over a local socket.

A frame is four bytes of length, most significant first, and so many bytes. Drafts travel as the canonical
bytes that they are, beside a JSON list of their columns: nothing that is received can be executed.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import orjson

from service.ledger.batch import Outcome
from service.ledger.entry import Appended, Entry, Prepared
from service.ledger.errors import EntryExists, IdempotencyConflict

APPEND: Final = b"A"
SIGN: Final = b"S"
KEY: Final = b"K"
WATCH: Final = b"W"
DONE: Final = b"+"
FAILED: Final = b"-"

MAX_FRAME: Final = 128 * 1024 * 1024
"""A longer one is a mistake; drafts that need more go in several."""

_LENGTH: Final = 4
_REFUSALS: Final = (IdempotencyConflict, EntryExists)


class Hung(ConnectionError):
    """The other side has gone, or said what nobody says."""


def send(to: socket.socket, *parts: bytes) -> None:
    """Send one frame. Raises OSError."""
    body = b"".join(parts)
    to.sendall(len(body).to_bytes(_LENGTH, "big") + body)


def receive(of: socket.socket) -> bytes:
    """The next frame. Raises `Hung` at the end of the stream, OSError."""
    length = int.from_bytes(_exactly(of, _LENGTH), "big")
    if length > MAX_FRAME:
        raise Hung(f"a frame of {length} bytes")
    return _exactly(of, length)


def _exactly(of: socket.socket, length: int) -> bytes:
    data = of.recv(length)
    if len(data) == length:
        return data
    pieces = [data]
    while data and length > (got := sum(map(len, pieces))):
        data = of.recv(length - got)
        pieces.append(data)
    if not data and length:
        raise Hung("the connection has ended")
    return b"".join(pieces)


def pack_drafts(drafts: Iterable[Prepared]) -> bytes:
    """Drafts as a frame's body."""
    head: list[Any] = []
    blobs: list[bytes] = []
    for one in drafts:
        key_hash = None if one.key_hash is None else one.key_hash.hex()
        columns = (one.entry_id, one.kind, one.subject, one.as_of, one.decided_at)
        head.append((columns, key_hash, one.request_hash.hex(), len(one.before_index), len(one.after_index)))
        blobs += (one.before_index, one.after_index)
    packed = orjson.dumps(head)
    return b"".join((len(packed).to_bytes(_LENGTH, "big"), packed, *blobs))


def unpack_drafts(body: bytes) -> list[Prepared]:
    """The drafts in a frame's body. Raises ValueError for anything else."""
    start = _LENGTH + int.from_bytes(body[:_LENGTH], "big")
    drafts = []
    for columns, key_hash, request_hash, before, after in orjson.loads(body[_LENGTH:start]):
        entry_id, kind, subject, as_of, decided_at = columns
        key = None if key_hash is None else bytes.fromhex(key_hash)
        middle, end = start + before, start + before + after
        hashes, blobs = (key, bytes.fromhex(request_hash)), (body[start:middle], body[middle:end])
        drafts.append(Prepared(entry_id, kind, subject, as_of, decided_at, *hashes, *blobs))
        start = end
    if start != len(body):
        raise ValueError("the lengths of the drafts are not that of the frame")
    return drafts


def pack_outcomes(outcomes: Iterable[Outcome]) -> bytes:
    """Outcomes as a frame's body: index and leaf hash of each entry, whether it was there before; or why not."""
    return orjson.dumps(
        [
            (one.entry.index, one.entry.leaf_hash.hex(), one.replayed)
            if isinstance(one, Appended)
            else (_REFUSALS.index(type(one)), str(one))
            for one in outcomes
        ]
    )


def unpack_outcomes(body: bytes, drafts: Sequence[Prepared]) -> Iterator[Outcome | int]:
    """The outcomes of the drafts in a frame's body; for one that was there before, the index of its entry."""
    for draft, found in zip(drafts, orjson.loads(body), strict=True):
        if len(found) == 2:
            yield _REFUSALS[found[0]](found[1])
        elif found[2]:
            yield int(found[0])
        else:
            yield Appended(Entry(found[0], bytes.fromhex(found[1]), draft.bytes_at(found[0])), replayed=False)
