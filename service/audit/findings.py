"""What an audit finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_KEPT: Final = 100
"""Findings that are kept for the report; all are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written; `index` is the first entry it concerns, None for the file."""

    index: int | None
    text: str

    def __str__(self) -> str:
        return self.text if self.index is None else f"entry {self.index}: {self.text}"


class Findings:
    """Findings as they come; some are kept, the one of the smallest index among them."""

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.total = 0
        self.first_bad: int | None = None

    def append(self, finding: Finding) -> None:
        """Count it, and keep it unless there are enough."""
        self.total += 1
        if len(self.kept) < MOST_KEPT:
            self.kept.append(finding)
        elif finding.index is not None and (self.first_bad is None or finding.index < self.first_bad):
            self.kept[-1] = finding
        if finding.index is not None:
            self.first_bad = finding.index if self.first_bad is None else min(self.first_bad, finding.index)
