"""Policy releases in the ledger: each with its whole content, and which one holds for a day as known at a moment.

A release says: from my effective date on, until another word, this holds. A later one replaces what earlier
ones said of the days that it speaks of, from the moment it is recorded.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from rules.errors import PolicyError
from service.ledger import Draft, Entry, LedgerError, Page
from service.repository import LoadedPolicy, check_texts, load_policy

KIND: Final = "release"
SUBJECT: Final = "policies"
"""What every release is about; the index of subjects finds them."""

CASES: Final = ".test.yaml"
"""Files that no decision depends on (see `rules.check.release_id`)."""

_PAGE: Final = 10  # a release may be large

Json = dict[str, Any]


class ReleaseUnusable(LedgerError):
    """The ledger does not hold a release, or this program cannot carry it out; the text says which and why."""


class Entries(Protocol):
    """Where entries are read from: the ledger, or a file of it opened for reading."""

    def get(self, entry_id: str) -> Entry | None:
        """The entry of that id."""
        ...

    def search(
        self, subject: str | None = None, *, kind: str | None = None, after: int | None = None, limit: int = 50
    ) -> Page:
        """Entries that pass every filter, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Release:
    """One recording of a release; a release that comes again after another is recorded again."""

    hash: str
    label: str
    author: str | None
    effective_from: dt.date | None
    """The first business day it is meant for; None where it holds for every day."""
    recorded_at: dt.datetime
    entry_id: str
    index: int
    leaf_hash: str

    @classmethod
    def of(cls, entry: Entry) -> Release:
        """The release that an entry records."""
        stored, content = entry.document, entry.content
        day = content["effective_from"]
        return cls(
            content["release"],
            content["label"],
            content["author"],
            None if day is None else dt.date.fromisoformat(day),
            dt.datetime.fromisoformat(stored["decided_at"]),
            entry.entry_id,
            entry.index,
            entry.leaf_hash.hex(),
        )

    def covers(self, as_of: dt.date) -> bool:
        """Whether it is meant for that business day."""
        return self.effective_from is None or self.effective_from <= as_of


def in_force(
    releases: Sequence[Release], as_of: dt.date, known_at: dt.datetime | None = None
) -> Release | None:
    """Of the releases recorded by `known_at` (all, if None), the last one recorded that covers the day.

    Where the day lies before all of them, the one that begins first, and of several the last recorded.
    `releases` stand in the order of their recording. None only if none was recorded by then.
    """
    known = [one for one in releases if known_at is None or one.recorded_at <= known_at]
    for one in reversed(known):
        if one.covers(as_of):
            return one
    return min(reversed(known), key=lambda one: one.effective_from or dt.date.min, default=None)


def draft(policy: LoadedPolicy, after: Release | None, entry_id: str, now: dt.datetime) -> Draft:
    """A policy as an entry to append: all that is needed to decide by it again.

    Its idempotency key says which release it comes after: of several processes that take up the same change,
    one records it and all get its entry.
    """
    checked = policy.checked
    written = checked.policy
    day = written.effective_from
    content: Json = {
        "release": checked.release,
        "label": written.label,
        "author": written.author or None,
        "effective_from": None if day is None else day.isoformat(),
        "engines": [policy.engine.name, policy.reference.name],
        "files": {name: text for name, text in written.texts.items() if not name.endswith(CASES)},
    }
    return Draft(
        kind=KIND,
        entry_id=entry_id,
        subject=SUBJECT,
        as_of=day or now.astimezone(policy.time_zone).date(),
        decided_at=now,
        key_hash=hashlib.sha256(f"release {checked.release} after {after and after.entry_id}".encode()).digest(),
        request_hash=bytes.fromhex(checked.release.removeprefix("sha256:")),
        content=content,
    )


def files_of(entry: Entry) -> Mapping[str, str]:
    """The files of a recorded release."""
    files: Mapping[str, str] = entry.content["files"]
    return files


class ReleaseBook:
    """The releases that a ledger holds, in the order of their recording. Safe for any number of threads.

    Other processes record releases too, so every question but that for a release known already looks first.
    """

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._mutex = threading.Lock()
        self._releases: tuple[Release, ...] = ()

    @property
    def releases(self) -> tuple[Release, ...]:
        """All recordings, the oldest first. Raises what reading the ledger raises."""
        with self._mutex:
            self._releases += tuple(_recorded(self._entries, self._releases[-1].index if self._releases else -1))
            return self._releases

    @property
    def newest(self) -> Release | None:
        """The last one recorded. Raises what reading the ledger raises."""
        return self.releases[-1] if self.releases else None

    def find(self, release: str) -> Release | None:
        """The last recording of a release, by its hash."""
        known = (one for one in reversed(self._releases) if one.hash == release)
        return next(known, None) or next((one for one in reversed(self.releases) if one.hash == release), None)

    def entry(self, release: Release) -> Entry:
        """The entry of a recording. Raises what reading the ledger raises."""
        entry = self._entries.get(release.entry_id)
        if entry is None:
            raise ReleaseUnusable(f"the ledger has lost the release {release.hash}")
        return entry

    def policy(self, release: str) -> LoadedPolicy:
        """A release compiled from the ledger's own content. Raises `ReleaseUnusable`, and as reading does."""
        found = self.find(release)
        if found is None:
            raise ReleaseUnusable(f"the ledger holds no release {release}")
        try:
            checked = check_texts(files_of(self.entry(found)))
            if checked.release != release:
                raise ReleaseUnusable(f"the files of the release {release} are those of {checked.release}")
            return load_policy(checked)
        except PolicyError as error:
            reason = str(error).splitlines()[0]
            raise ReleaseUnusable(f"this program cannot carry out the release {release}: {reason}") from error


def _recorded(entries: Entries, known: int) -> list[Release]:
    """Every release in the ledger after the entry of that index, the oldest first."""
    found: list[Release] = []
    after: int | None = None
    while True:
        page = entries.search(SUBJECT, kind=KIND, after=after, limit=1 if after is None else _PAGE)
        new = [entry for entry in page.entries if entry.index > known]
        found += [Release.of(entry) for entry in new]
        if page.next is None or len(new) < len(page.entries):
            return found[::-1]
        after = page.next
