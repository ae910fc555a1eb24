"""Decisions, and readings that the policy decided, decided again: all, or a sample that nobody audited can choose."""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any, Final

from service import access
from service.audit import Finding, Row
from service.checks.lookup import Lookup
from service.checks.releases import NamedReleases
from service.decider import Decider
from service.deciders import Compiled
from service.erasures import erasure_id
from service.ledger import Entry
from service.personal import Unopened, Vault
from service.record import KIND
from service.releases import ReleaseUnusable
from service.replay import Difference, replay

Json = dict[str, Any]

SAMPLE: Final = 1000
"""Decisions in a sample, unless another number is asked for."""


class Verdict(Enum):
    """What became of deciding again. Only what differs is a finding."""

    SAME = "the same"
    DIFFERS = "different"
    ERASED = "erased: cannot be decided again"
    UNAVAILABLE = "not to be decided again: their release, or the key of their facts, is not there"


class Replayed:
    """A check of `service.audit`; `tally` says what became of the decisions that were decided again.

    `most` is the size of the sample, None for all. The sample is known only when the root is: the decisions
    for which SHA-256(root ‖ number as eight bytes) is least.
    """

    def __init__(
        self,
        lookup: Lookup,
        releases: NamedReleases,
        most: int | None = SAMPLE,
        progress: Callable[[int, int], None] = lambda done, of: None,
        vault: Vault | None = None,
    ) -> None:
        """`vault` opens what is sealed, as far as its keys are there; without one nothing sealed is decided again."""
        self.tally: Counter[Verdict] = Counter()
        self._lookup = lookup
        self._compiled = Compiled(releases, Decider)
        self._most = most
        self._vault = vault or Vault()
        self._progress = progress
        self._decisions = bytearray()
        """One bit an entry: whether it is a decision that is sound so far."""

    def look(self, row: Row) -> str | None:
        """Decide again at once where all are; else take note of it."""
        if not _decided(row.document):
            return None
        if self._most is None:
            return self._wrong(Entry(row.index, row.leaf_hash, row.canonical))
        place, bit = divmod(row.index, 8)
        self._decisions.extend(bytes(max(0, place + 1 - len(self._decisions))))
        self._decisions[place] |= 1 << bit
        return None

    def end(self, size: int, root: bytes) -> Iterator[Finding]:
        """What is wrong in the sample."""
        if not self._most:
            return
        chosen = sorted(heapq.nsmallest(self._most, self._noted(), key=lambda index: _rank(root, index)))
        for done, index in enumerate(chosen):
            self._progress(done, len(chosen))
            entry = self._lookup.at(index)
            assert entry is not None, "it was there when it was noted"
            try:
                wrong = self._wrong(entry)
            except Exception as error:  # as for every check: a forged entry may hold anything
                wrong = f"it cannot be decided again: {error}"
            if wrong is not None:
                yield Finding(index, wrong)
        self._progress(len(chosen), len(chosen))

    def _noted(self) -> Iterable[int]:
        return (
            place * 8 + bit for place, byte in enumerate(self._decisions) if byte for bit in range(8) if byte >> bit & 1
        )

    def _wrong(self, entry: Entry) -> str | None:
        verdict, found = self._verdict(entry)
        self.tally[verdict] += 1
        if not found:
            return None
        first = found[0]
        return f"decided again it differs at `{first.at}`: `{first.recorded}` recorded, `{first.replayed}` found"

    def _verdict(self, entry: Entry) -> tuple[Verdict, tuple[Difference, ...]]:
        """The release is no matter of this check: one that cannot be carried out is a finding of its own."""
        try:
            decider = self._compiled.of(entry.content["policy"]["release"])
            found = replay(decider, entry, self._vault) if entry.kind == KIND else access.again(decider, entry)
        except ReleaseUnusable:
            return Verdict.UNAVAILABLE, ()
        except Unopened as unopened:
            erased = self._lookup.named(erasure_id(unopened.key_id)) is not None
            return (Verdict.ERASED if erased else Verdict.UNAVAILABLE), ()
        return (Verdict.DIFFERS if found else Verdict.SAME), found


def _decided(document: Json) -> bool:
    """Whether the policy decided what is recorded; of readings it may have said nothing."""
    return document["kind"] == KIND or (
        document["kind"] == access.KIND and document["content"].get("policy") is not None
    )


def _rank(root: bytes, index: int) -> bytes:
    return hashlib.sha256(root + index.to_bytes(8, "big")).digest()
