"""The API keys as one process knows them: in memory, looked at again every second, so that a look-up is quick."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
import threading
from collections.abc import Mapping
from hmac import compare_digest
from typing import Final, NamedTuple

from service import messages_callers as messages
from service.callers import text as key_text
from service.callers.key_file import Key, KeyFile, Stamp
from service.callers.refusals import unauthenticated, unreadable
from service.callers.who import Caller
from service.clock import Clock
from service.problems import Complaint

CADENCE: Final = dt.timedelta(seconds=1)
"""How long a change of the file may go unseen."""
USE: Final = dt.timedelta(minutes=1)
"""How exact `last_used` is."""
_FLUSH: Final = 5.0
"""Seconds between two looks at what was used."""

_log = logging.getLogger(__name__)


class _Known(NamedTuple):
    """A key, and the caller that it makes of whoever has it."""

    key: Key
    caller: Caller


class KeyTable:
    """Tells callers by their keys. Safe for any number of threads."""

    def __init__(self, file: KeyFile, clock: Clock) -> None:
        """Raises `Refusal` (503) for a file that cannot be read."""
        self._file = file
        self._clock = clock
        self._mutex = threading.Lock()
        self._known: Mapping[str, _Known] = {}
        self._stamp: Stamp | None = None
        self._used: dict[str, dt.datetime] = {}
        self._noted: dict[str, dt.datetime] = {}
        self._ended = threading.Event()
        self._looked = clock.now()
        self._look()

    def caller(self, text: str) -> Caller:
        """Who has this key. Raises `Refusal`: 401 with the reason, 503 where the file cannot be read."""
        now = self._clock.now()
        if not self._looked <= now < self._looked + CADENCE:
            self._look_again(now)
        known = self._known.get(key_text.id_of(text)) if len(text) == key_text.LENGTH else None
        if known is None or not compare_digest(key_text.digest(text), known.key.digest):
            slip = key_text.mistyped(text)
            raise unauthenticated(messages.MISTYPED_KEY if slip else messages.UNKNOWN_KEY)
        key = known.key
        if key.revoked is not None or (key.expires is not None and key.expires <= now):
            raise unauthenticated(_ended(key))
        self._used[key.id] = now
        return known.caller

    def note_use(self) -> None:
        """Write down which keys were used, each at most once a minute. What cannot be written is tried again."""
        late = {key_id: at for key_id, at in self._used.copy().items() if self._worth_noting(key_id, at)}
        if not late:
            return
        try:
            self._file.used(late)
            self._noted.update(late)
        except (sqlite3.Error, OSError) as error:
            _log.warning("cannot note when keys were used: %s", error)

    def follow(self) -> None:
        """Note the use of keys in the background until closed."""
        threading.Thread(target=self._follow, name="keys", daemon=True).start()

    def close(self) -> None:
        """Note the last use."""
        self._ended.set()
        self.note_use()

    def _follow(self) -> None:
        while not self._ended.wait(_FLUSH):
            self.note_use()

    def _worth_noting(self, key_id: str, moment: dt.datetime) -> bool:
        known = self._known.get(key_id)
        last = [at for at in (self._noted.get(key_id), known and known.key.last_used) if at is not None]
        return known is not None and (not last or moment - max(last) >= USE)

    def _look_again(self, now: dt.datetime) -> None:
        with self._mutex:
            if not self._looked <= now < self._looked + CADENCE:
                self._look()
                self._looked = now

    def _look(self) -> None:
        """Read the file if it is another than before; without knowing who is revoked, nobody is let in."""
        try:
            stamp = self._file.stamp()
            if stamp != self._stamp:
                self._known = {key.id: _Known(key, _caller(key)) for key in self._file.every()}
                self._stamp = stamp
        except (sqlite3.Error, OSError, ValueError) as error:
            _log.error("the keys in `%s` cannot be read: %s", self._file.path, error)
            raise unreadable() from error


def _caller(key: Key) -> Caller:
    return Caller(key.id, key.scopes, key.role, key.rate)


def _ended(key: Key) -> Complaint:
    return messages.EXPIRED_KEY if key.revoked is None else messages.REVOKED_KEY
