"""The run through a ledger: every row once, everything wrong told, nothing kept but the first findings."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from service.audit import layout
from service.audit.findings import Finding, Findings
from service.audit.form import wrong_with
from service.audit.kept import KeptCheckpoints
from service.audit.rows import Row, Rows
from service.audit.tree import Tree
from service.proofs.notes import VerifierKey

_STEP: Final = 1000


class Check(Protocol):
    """A further check of what the entries say; sees each entry that is sound in itself, in order."""

    def look(self, row: Row) -> str | None:
        """What is wrong with an entry, None if nothing is; `row.document` is the entry."""
        ...

    def end(self, size: int, root: bytes) -> Iterable[Finding]:
        """What can only be said after the last entry, when the size of the log and its root are known."""
        ...


@dataclass(frozen=True)
class Report:
    """What was found: `size` entries under `root`, and what is wrong, that of the file before that of entries.

    `total` counts findings that are not kept too; `first_bad` is the smallest index that one concerns;
    `checkpoints` had the root of the tree, the newest of them over `covered` entries.
    """

    size: int
    root: bytes
    findings: tuple[Finding, ...]
    total: int
    first_bad: int | None
    checkpoints: int
    covered: int


def run(
    path: Path,
    key: VerifierKey | None = None,
    checkpoints: Sequence[Path] = (),
    progress: Callable[[int, int], None] = lambda done, of: None,
    checks: Sequence[Check] = (),
) -> Report:
    """Audit a ledger file, and hold it against checkpoints that the key has signed.

    `progress` is told now and then how many entries of how many are done. Raises `Unreadable`; ValueError
    for checkpoints without a key.
    """
    if checkpoints and key is None:
        raise ValueError("checkpoints are nothing without the key that signed them")
    rows = Rows(path)
    findings = Findings()
    try:
        for finding in layout.wrong_with(rows.query):
            findings.append(finding)
        kept = KeptCheckpoints(checkpoints, key, findings)
        walk = _Walk(rows, kept, findings, checks)
        walk.entries(progress)
        walk.end()
    finally:
        rows.close()
    ordered = sorted(findings.kept, key=lambda one: (one.index is not None, one.index or 0))
    return Report(
        walk.size, walk.tree.root(), tuple(ordered), findings.total, findings.first_bad, kept.met, kept.newest
    )


class _Walk:
    """The entries in order, through all checks."""

    def __init__(self, rows: Rows, kept: KeptCheckpoints, findings: Findings, checks: Sequence[Check]) -> None:
        self.size = 0
        self.tree = Tree()
        self._rows = rows
        self._kept = kept
        self._findings = findings
        self._checks = checks
        self._nodes_hold = True

    def entries(self, progress: Callable[[int, int], None]) -> None:
        """Look at each; an unreadable row ends the walk."""
        total = self._rows.expected
        self._kept.meet(self.tree)
        try:
            for row in self._rows.entries(self._findings):
                self._sequence(row)
                self._entry(row)
                if self.size % _STEP == 0:
                    progress(self.size, total)
        except sqlite3.Error as error:
            self._findings.append(Finding(self.size, f"it cannot be read: {error}"))
        progress(total, total)

    def end(self) -> None:
        """What only the end shows."""
        self._kept.end(self.size)
        for check in self._checks:
            for finding in check.end(self.size, self.tree.root()):
                self._findings.append(finding)
        try:
            damage = [text for (text,) in self._rows.query("PRAGMA integrity_check(10)") if text != "ok"]
        except sqlite3.Error as error:
            damage = [str(error)]
        for text in damage:
            self._findings.append(Finding(None, f"the file is damaged: {text}"))

    def _sequence(self, row: Row) -> None:
        if row.index == self.size:
            return
        if row.index > self.size:
            more = f", and so are all up to {row.index - 1}" if row.index > self.size + 1 else ""
            self._findings.append(Finding(self.size, f"it is missing{more}"))
        else:
            self._findings.append(Finding(0, f"a row before the first, numbered {row.index}"))
        self._nodes_hold = False  # every hash above a gap is another

    def _entry(self, row: Row) -> None:
        try:
            wrong = wrong_with(row) or self._further(row)
            completed = self.tree.add(row.canonical)
        except Exception as error:  # a value of a type that no ledger holds can fail anywhere
            wrong, completed = f"it holds what no entry holds: {error}", None
        if wrong is not None:
            self._findings.append(Finding(max(row.index, 0), wrong))
        if self._nodes_hold and completed != row.nodes:
            self._nodes_hold = False  # those above it follow from it
            self._findings.append(Finding(max(row.index, 0), "its nodes are not those of the tree over the entries"))
        self.size = max(row.index + 1, self.size)
        self._kept.meet(self.tree)

    def _further(self, row: Row) -> str | None:
        """What the first check that has something to say says; every check sees the entry."""
        return next((wrong for wrong in [_looked(check, row) for check in self._checks] if wrong is not None), None)


def _looked(check: Check, row: Row) -> str | None:
    try:
        return check.look(row)
    except Exception as error:  # an entry may be sound in itself and say what none says
        return f"it says what no entry says: {type(error).__name__}: {error}"
