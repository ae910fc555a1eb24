"""Audits with every check."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from service import audit
from service.audit import Report
from service.checks import Lookup, NamedReleases, References, Replayed
from service.personal import Vault


class Checked(NamedTuple):
    """What an audit found, and what became of deciding again."""

    report: Report
    replayed: Replayed

    @property
    def texts(self) -> list[str]:
        return [str(one) for one in self.report.findings]


def checked(path: Path, most: int | None = None, vault: Vault | None = None) -> Checked:
    """An audit with every check, against no checkpoint."""
    with Lookup(path) as lookup:
        releases = NamedReleases(lookup)
        replayed = Replayed(lookup, releases, most, vault=vault)
        return Checked(audit.run(path, checks=(releases, References(lookup), replayed)), replayed)
