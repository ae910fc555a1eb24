"""Releases are what they say they are, and every decision names one that was recorded and in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from rules.check import release_id
from rules.check.checked import CheckedPolicySet
from rules.errors import PolicyError
from service.audit import Finding, Row
from service.checks.lookup import Lookup
from service.ledger import Entry
from service.record import KIND as DECISION
from service.releases import KIND, SUBJECT, Release, ReleaseUnusable, files_of, in_force
from service.repository import LoadedPolicy, check_texts, load_policy, time_zone

LATE: Final = dt.timedelta(minutes=1)
"""How long after a release is recorded a request may still be decided by the one before it: such as were on the way."""

_KEPT: Final = 4

Json = dict[str, Any]


class NamedReleases:
    """A check of `service.audit`, and the releases that it has come across."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._recorded: list[Release] = []
        self._last: dict[str, Release] = {}
        self._checked = lru_cache(_KEPT)(self._check)

    def look(self, row: Row) -> str | None:
        """What is wrong with a release, or with the naming of one."""
        content = row.document["content"]
        if row.document["kind"] == KIND:
            return self._release(Entry(row.index, row.leaf_hash, row.canonical))
        if content.get("policy") is not None:
            return self._named(row.document, content)
        return "it names no release" if row.document["kind"] == DECISION else None

    def end(self, size: int, root: bytes) -> Iterable[Finding]:
        """Nothing more."""
        return ()

    def policy(self, release: str) -> LoadedPolicy:
        """A recorded release, compiled. Raises `ReleaseUnusable`, and as `Lookup` does."""
        try:
            return load_policy(self._checked(release))
        except PolicyError as error:
            raise _unusable(release, error) from error

    def _check(self, release: str) -> CheckedPolicySet:
        found = self._last.get(release)
        entry = None if found is None else self._lookup.at(found.index)
        if entry is None:
            raise ReleaseUnusable(f"the ledger holds no release {release}")
        try:
            return check_texts(files_of(entry))
        except PolicyError as error:
            raise _unusable(release, error) from error

    def _release(self, entry: Entry) -> str | None:
        """Take a release up, unless its hash is not that of its files: then nobody can have decided by it."""
        release = Release.of(entry)
        if (found := release_id(files_of(entry))) != release.hash:
            return f"its files are those of the release {found}, not of {release.hash}"
        self._recorded.append(release)
        self._last[release.hash] = release
        if entry.request_hash.hex() != release.hash.removeprefix("sha256:") or entry.document["subject"] != SUBJECT:
            return "its columns are not those of a release"
        try:
            return _said_otherwise(entry, release, self._checked(release.hash))
        except ReleaseUnusable as error:
            return str(error)

    def _named(self, document: Json, content: Json) -> str | None:
        named = content["policy"]
        release = self._last.get(named["release"])
        if release is None:
            return f"it names the release {named['release']}, which is not recorded before it"
        if named["label"] != release.label:
            return f"it names its release `{named['label']}`, which is recorded as `{release.label}`"
        if document["kind"] == DECISION and not self._was_in_force(release, document, content):
            return f"it was decided by the release {release.hash}, which was not in force"
        return None

    def _was_in_force(self, release: Release, document: Json, content: Json) -> bool:
        """Whether the rule of `service.releases` chooses it, among what was recorded when the request came."""
        as_of = dt.date.fromisoformat(document["as_of"])
        received_at = dt.datetime.fromisoformat(content["received_at"])
        known_at = None if content["known_at"] is None else dt.datetime.fromisoformat(content["known_at"])
        for count in range(len(self._recorded), 0, -1):
            chosen = in_force(self._recorded[:count], as_of, known_at)
            if chosen is not None and chosen.hash == release.hash:
                return True
            if self._recorded[count - 1].recorded_at + LATE < received_at:
                return False
        return False


def _unusable(release: str, error: PolicyError) -> ReleaseUnusable:
    return ReleaseUnusable(f"this program cannot carry out the release {release}: {str(error).splitlines()[0]}")


def _said_otherwise(entry: Entry, release: Release, checked: CheckedPolicySet) -> str | None:
    """Where the entry says another thing than its files."""
    written = checked.policy
    day = release.effective_from or release.recorded_at.astimezone(time_zone(checked)).date()
    said: Mapping[str, tuple[object, object]] = {
        "label": (release.label, written.label),
        "author": (release.author, written.author or None),
        "effective date": (release.effective_from, written.effective_from),
        "day": (entry.document["as_of"], day.isoformat()),
    }
    for name, (recorded, derived) in said.items():
        if recorded != derived:
            return f"its {name} is `{recorded}`, by its files it is `{derived}`"
    return None
