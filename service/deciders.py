"""Which policy decides: the newest release, or the one in force on the day asked for, as known at the moment."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol

from marshmallow import ValidationError

from service.decider import Decider
from service.fields import DecisionDate
from service.ledger import Ledger
from service.releases import Release, ReleaseBook, draft, in_force
from service.repository import LoadedPolicy
from service.request import Moment

KEPT: Final = 4
"""How many releases besides the newest stay compiled."""

_DATE: Final = DecisionDate()
_MOMENT: Final = Moment()


class Policies(Protocol):
    """Where the policy of a recorded release comes from."""

    def policy(self, release: str) -> LoadedPolicy:
        """The release, compiled from the ledger's own content. Raises `ReleaseUnusable`."""
        ...


class Compiled:
    """The deciders of the releases in a book, made from the ledger's own content; the last used are kept."""

    def __init__(self, book: Policies, make: Callable[[LoadedPolicy], Decider]) -> None:
        self._mutex = threading.Lock()
        self._kept = lru_cache(KEPT)(lambda release: make(book.policy(release)))

    def of(self, release: str) -> Decider:
        """The decider of a release, by its hash. Raises `ReleaseUnusable`, and as reading the ledger does."""
        with self._mutex:  # compiling the same release twice at once is waste
            return self._kept(release)


class _Newest(NamedTuple):
    """The release that was recorded last, and its decider."""

    release: Release
    decider: Decider
    begins: str


class Deciders:
    """One decider for each release of a ledger. A new release takes over between two requests."""

    def __init__(self, first: Decider, ledger: Ledger) -> None:
        """Records the policy of `first` if it is not the newest release. Raises as `Ledger.append` does."""
        self.book = ReleaseBook(ledger)
        self._ledger = ledger
        self._template = first
        self._compiled = Compiled(self.book, self._under)
        self._adopting = threading.Lock()
        self.adopt(first.policy)

    def adopt(self, policy: LoadedPolicy) -> Release:
        """Let a policy decide from now on; a release that is not the newest one is recorded first.

        Raises as `Ledger.append` does; then nothing has changed.
        """
        with self._adopting:
            release = self.book.newest
            if release is None or release.hash != policy.checked.release:
                release = self._record(policy, release)
            day = release.effective_from
            self._newest = _Newest(release, self._under(policy), "" if day is None else day.isoformat())
            return release

    @property
    def now(self) -> Decider:
        """The decider of the release in force today."""
        newest = self._newest
        return self._at(newest, newest.decider.today(), None)

    def of(self, release: str) -> Decider:
        """The decider of a release, by its hash. Raises `ReleaseUnusable`, and as reading the ledger does."""
        newest = self._newest
        return newest.decider if newest.release.hash == release else self._compiled.of(release)

    def choose(self, value: Any) -> tuple[Decider, dt.date]:
        """Who decides the request in a JSON value, and the business day that it is now.

        A value that says neither day nor moment as it should is left to the newest release, which refuses it.
        """
        newest = self._newest
        today = newest.decider.today()
        if not isinstance(value, dict):
            return newest.decider, today
        as_of, known_at = value.get("as_of"), value.get("known_at")
        if known_at is None and newest.begins <= (as_of if isinstance(as_of, str) else today.isoformat()):
            return newest.decider, today
        try:
            day = today if as_of is None else _DATE.convert(as_of)
            moment = None if known_at is None else _MOMENT.convert(known_at)
        except ValidationError:
            return newest.decider, today
        return self._at(newest, day, moment), today

    def _at(self, newest: _Newest, as_of: dt.date, known_at: dt.datetime | None) -> Decider:
        if known_at is None and newest.release.covers(as_of):
            return newest.decider
        found = in_force(self.book.releases, as_of, known_at)
        return newest.decider if found is None else self.of(found.hash)

    def _record(self, policy: LoadedPolicy, after: Release | None) -> Release:
        now = self._template.clock.now()
        return Release.of(self._ledger.append(draft(policy, after, self._template.ids.at(now), now)).entry)

    def _under(self, policy: LoadedPolicy) -> Decider:
        return self._template.under(policy, self.book.releases[0].recorded_at)
