"""Which entries bear which marks: a bit for every entry, in blocks, so that sets are cut and counted at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

BLOCK: Final = 16_000
"""Entries in a block, a multiple of 8: its bits are 2000 bytes, of which two go into a page of the file."""
_WHOLE: Final = (1 << BLOCK) - 1
_SHIFT: Final = 32
_MOST: Final = 500
"""Parameters of one statement."""

_READ: Final = "SELECT bits FROM blocks WHERE place = ?"
_WRITE: Final = "INSERT OR REPLACE INTO blocks VALUES (?, ?)"


class Changes:
    """Bits to set and to clear, written together."""

    def __init__(self) -> None:
        self.first = 0
        """The entry that the lowest bit of `borne` stands for."""
        self.borne: dict[int, int] = {}
        """The entries that bear each mark that `bear` was told of, as bits."""
        self._changed: dict[int, dict[int, bool]] = {}

    def bear(self, index: int, numbers: Iterable[int]) -> None:
        """An entry, newer than all others, bears these marks; one that comes twice counts once."""
        borne = self.borne
        if not borne:
            self.first = index
        bit, known = 1 << index - self.first, borne.get
        for number in numbers:
            borne[number] = known(number, 0) | bit

    def put(self, number: int, index: int, value: bool) -> None:
        """Whether an entry bears a mark from now on."""
        self._changed.setdefault(number, {})[index] = value

    def write(self, connection: sqlite3.Connection) -> None:
        """Into the file, within the caller's transaction."""
        first, offset = divmod(self.first, BLOCK)
        for number, bits in self.borne.items():
            block, bits = first, bits << offset
            while bits:
                _change(connection, _place(block, number), set_bits=bits & _WHOLE)
                block, bits = block + 1, bits >> BLOCK
        for number, changed in self._changed.items():
            for index, value in changed.items():
                bit = 1 << index % BLOCK
                place = _place(index // BLOCK, number)
                _change(connection, place, **({"set_bits": bit} if value else {"clear_bits": bit}))


def _change(connection: sqlite3.Connection, place: int, set_bits: int = 0, clear_bits: int = 0) -> None:
    row = connection.execute(_READ, (place,)).fetchone()
    bits = int.from_bytes(row[0] if row else b"", "little") & ~clear_bits | set_bits
    connection.execute(_WRITE, (place, bits.to_bytes((bits.bit_length() + 7) // 8, "little")))


def bits_of(connection: sqlite3.Connection, block: int, numbers: Sequence[int]) -> int:
    """The entries of a block that bear any of these marks, the first one as the lowest bit."""
    found = 0
    for start in range(0, len(numbers), _MOST):
        some = numbers[start : start + _MOST]
        sql = f"SELECT bits FROM blocks WHERE place IN ({','.join('?' * len(some))})"
        for (bits,) in connection.execute(sql, [_place(block, number) for number in some]):
            found |= int.from_bytes(bits, "little")
    return found


def block_of(connection: sqlite3.Connection, block: int) -> Iterator[tuple[int, int]]:
    """Every mark that an entry of a block bears, and which entries."""
    sql = "SELECT place, bits FROM blocks WHERE place >= ? AND place < ?"
    for place, bits in connection.execute(sql, (_place(block, 0), _place(block + 1, 0))):
        yield place & ((1 << _SHIFT) - 1), int.from_bytes(bits, "little")


def of_indexes(indexes: Iterable[int]) -> int:
    """Entries of one block as bits."""
    bits = bytearray(BLOCK // 8)
    for index in indexes:
        bit = index % BLOCK
        bits[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(bits, "little")


def newest_first(block: int, bits: int) -> Iterator[int]:
    """The indexes of the entries that bits stand for."""
    while bits:
        bit = bits.bit_length() - 1
        yield block * BLOCK + bit
        bits ^= 1 << bit


def _place(block: int, number: int) -> int:
    return block << _SHIFT | number
