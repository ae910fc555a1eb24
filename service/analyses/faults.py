"""What is wrong with a book: every fault with its row and column."""

from __future__ import annotations

from dataclasses import dataclass

from service.problems import Complaint


@dataclass(frozen=True, slots=True)
class BookFault:
    """A complaint at a row and a column; None where it is about all of them."""

    row: int | None
    column: str | None
    complaint: Complaint


class BadBook(Exception):
    """A book that is not analysed: everything found wrong with it, in the order of its rows.

    `count` is how many faults there are; of very many only the first are kept.
    """

    def __init__(self, faults: tuple[BookFault, ...], count: int | None = None) -> None:
        super().__init__("the book cannot be analysed")
        self.faults = faults
        self.count = len(faults) if count is None else count


class Found:
    """Collects faults; keeps the first ones and counts the rest."""

    def __init__(self, most: int) -> None:
        self.kept: list[BookFault] = []
        self.count = 0
        self._most = most

    def add(self, row: int | None, column: str | None, complaint: Complaint) -> None:
        """One more fault."""
        self.count += 1
        if len(self.kept) < self._most:
            self.kept.append(BookFault(row, column, complaint))

    def stop(self) -> None:
        """Raise `BadBook` if anything was found."""
        if self.count:
            raise BadBook(tuple(self.kept), self.count)
