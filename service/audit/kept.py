"""Checkpoints that were kept elsewhere: what the ledger is held against."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple

from service.audit.findings import Finding, Findings
from service.audit.tree import Tree
from service.proofs import export, receipt
from service.proofs.checkpoint import open_checkpoint, split_notes
from service.proofs.merkle import ProofError
from service.proofs.notes import NoteError, VerifierKey

_NO_EVIDENCE: Final = (receipt.MalformedReceipt, export.MalformedExport, ProofError, NoteError)


class Kept(NamedTuple):
    """A checkpoint whose signature holds, and where it was kept."""

    size: int
    root: bytes
    where: str


class KeptCheckpoints:
    """The checkpoints of some files, met one after the other as the tree grows."""

    def __init__(self, files: Sequence[Path], key: VerifierKey | None, findings: Findings) -> None:
        self._findings = findings
        self._key = key
        self._stream = heapq.merge(*(self._read(path) for path in files))
        self._next = next(self._stream, None)
        self._good = 0
        self._broken = False
        self.met = 0
        """How many had the root of the tree."""
        self.newest = 0
        """The size of the largest of them."""

    def meet(self, tree: Tree) -> None:
        """Compare all checkpoints made at this size."""
        while self._next is not None and self._next.size <= tree.size:
            if self._next.root == tree.root():
                self.met += 1
                self.newest = self._good = self._next.size
            elif not self._broken:
                self._broken = True  # all later ones differ too
                self._findings.append(self._other_root(self._next))
            self._next = next(self._stream, None)

    def _other_root(self, kept: Kept) -> Finding:
        """The change is between the last checkpoint that fits and this one; where, if another finding tells."""
        made = f"as it was when the checkpoint of size {kept.size} was made ({kept.where})"
        known = self._findings.first_bad
        if known is not None and self._good <= known < kept.size:
            return Finding(known, f"it is not {made}")
        if kept.size == 0:
            return Finding(None, f"the empty log is not {made}")
        return Finding(self._good, f"it or a later one up to {kept.size - 1} is not {made}")

    def end(self, size: int) -> None:
        """After the last entry: a checkpoint over more shows that the tail is cut or the file rolled back."""
        largest = self._next
        for one in self._stream:
            largest = one
        if largest is not None and largest.size > size:
            self._findings.append(
                Finding(
                    size,
                    f"it and all up to {largest.size - 1} are missing: the checkpoint of size {largest.size} was made"
                    f" over them ({largest.where})",
                )
            )

    def _read(self, path: Path) -> Iterator[Kept]:
        assert self._key is not None
        size = 0
        try:
            with path.open("rb") as file:
                for line, note in _notes(file, self._key):
                    where = f"{path}:{line}"
                    try:
                        found = open_checkpoint(note, self._key)
                    except NoteError as error:
                        self._findings.append(Finding(None, f"{where}: no checkpoint of this log: {error}"))
                        continue
                    if found.size < size:
                        self._findings.append(Finding(None, f"{where}: smaller than the checkpoint before it"))
                        continue
                    size = found.size
                    yield Kept(size, found.root, where)
        except OSError as error:
            self._findings.append(Finding(None, f"the checkpoints `{path}` cannot be read: {error.strerror}"))
            return
        except _NO_EVIDENCE as error:
            self._findings.append(Finding(None, f"`{path}` proves nothing: {error}"))
            return
        if not size:
            self._findings.append(Finding(None, f"there is no checkpoint in `{path}` to hold the ledger against"))


def _notes(file: IO[bytes], key: VerifierKey) -> Iterator[tuple[int, bytes]]:
    """The signed notes in a file of checkpoints, and the one in a receipt or an export that proves its entries.

    Whoever has the root of the checkpoint in the tree has the entries that are proved to be under that root.
    """
    first = file.readline()
    file.seek(0)
    if first == f"{receipt.HEADER}\n".encode():
        found = receipt.parse(file.read())
        found.verify(key)
        yield 1, found.checkpoint.encode()
    elif first.startswith(export.HEAD):
        export.verify_lines(file, key)
        yield 1, export.parse_head(first).checkpoint.encode()
    else:
        yield from split_notes(file)
