"""What an audit checks of the words of the entries: releases, references, and deciding again."""

from service.checks.lookup import Lookup
from service.checks.references import References
from service.checks.releases import NamedReleases
from service.checks.replayed import Replayed, Verdict

__all__ = ["Lookup", "NamedReleases", "References", "Replayed", "Verdict"]
