"""The policy folder watched: a change that checks becomes a release, one that does not leaves all as it is."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from rules.check.everything import everything
from rules.errors import PolicyError, headline
from service.analyses.catalogue import offered
from service.clock import Clock, SystemClock
from service.ledger.entry import utc_text
from service.ledger.errors import LedgerError
from service.policy_files import FolderError, policy_files, read_texts
from service.repository import LoadedPolicy, check_texts, load_policy

LOOK: Final = 0.5
"""Seconds between two looks at the folder; a change is taken up once a second look finds nothing newer."""

Stamp = tuple[tuple[str, int, int, int], ...]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FolderState:
    """What became of the policy folder: `serving`, or `broken` since when and why, an older release serving."""

    status: str
    since: dt.datetime | None = None
    problems: int = 0
    first: str = ""

    def as_json(self) -> dict[str, object]:
        """As `/readyz` tells it."""
        if self.since is None:
            return {"status": self.status}
        since = utc_text(self.since)
        return {"status": self.status, "since": since, "problems": self.problems, "first": self.first}


SERVING: Final = FolderState("serving")


class Service(Protocol):
    """What a new policy is handed to."""

    folder: FolderState

    def adopt(self, policy: LoadedPolicy) -> None:
        """Decide by the policy from now on."""
        ...


def load_folder(folder: Path) -> LoadedPolicy:
    """The policy of a folder, fit to serve.

    Raises `FolderError`, and PolicyError with every fault of the files or for what an engine cannot hold.
    """
    texts = read_texts(folder)
    try:
        checked = check_texts(texts)
    except PolicyError as error:
        every = [one for one in everything(texts).diagnostics if one.severity == "error"]
        raise PolicyError(every or error.diagnostics) from None
    policy = load_policy(checked)
    offered(checked)
    return policy


def stamp(folder: Path) -> Stamp:
    """What a change of any policy file changes: names, sizes, times, places on the disk; cheap to tell."""
    try:
        paths = policy_files(folder).values()
    except FolderError as error:
        return ((str(error), 0, 0, 0),)
    found = []
    for path in paths:
        try:
            seen = path.stat()
        except OSError:
            continue  # gone in this moment; the next look tells
        found.append((path.as_posix(), seen.st_size, seen.st_mtime_ns, seen.st_ino))
    return tuple(sorted(found))


class Reloader:
    """Follows a policy folder in a thread that only reads files and hands policies over."""

    def __init__(
        self,
        service: Service,
        folder: Path,
        taken: Stamp,
        clock: Clock | None = None,
        load: Callable[[Path], LoadedPolicy] = load_folder,
        asked: threading.Event | None = None,
    ) -> None:
        """`service` decides by the folder as it was at the stamp `taken`; setting `asked` has it read at once."""
        self._service = service
        self._folder = folder
        self._clock = clock or SystemClock()
        self._load = load
        self._taken = self._last = taken
        self._asked = asked or threading.Event()

    def start(self) -> None:
        """Watch from now on, as long as the process lives."""
        threading.Thread(target=self._watch, name="policies", daemon=True).start()

    def look(self) -> None:
        """One look: take the folder up if it has changed, but not while it is still changing."""
        now = stamp(self._folder)
        settled, self._last = now == self._last, now
        if settled and now != self._taken:
            self.take()

    def take(self) -> None:
        """Read the folder and let it decide, or say why not."""
        before = stamp(self._folder)
        try:
            policy = self._load(self._folder)
            if stamp(self._folder) != before:
                return  # read while it was written: the next looks take it up
            self._service.adopt(policy)
        except PolicyError as error:
            self._broken([headline(one) for one in error.diagnostics])
        except FolderError as error:
            self._broken([str(error)])
        except LedgerError as error:
            self._broken([f"the release cannot be recorded: {error}"])
        except Exception as error:
            _log.exception("the policies cannot be taken up")
            self._broken([f"the policies cannot be taken up: {type(error).__name__}"])
        else:
            self._service.folder = SERVING
            _log.info("policies: deciding by %s (%s)", policy.checked.policy.label, policy.checked.release)
        self._taken = before

    def _broken(self, problems: list[str]) -> None:
        for problem in problems:
            _log.error("policies: %s", problem)
        _log.error("policies: %d problems; the release before goes on serving", len(problems))
        since = self._service.folder.since or self._clock.now()
        self._service.folder = FolderState("broken", since, len(problems), problems[0])

    def _watch(self) -> None:
        while True:
            asked = self._asked.wait(LOOK)
            try:
                if asked:
                    self._asked.clear()
                    self.take()
                else:
                    self.look()
            except Exception:
                _log.exception("the policy folder cannot be looked at")
