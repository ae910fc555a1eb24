"""How the processes of one service tell each other what they counted: one small file each, in a private folder."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from service.watch.catalogue import PROCESSES
from service.watch.tallies import Tallies

FRESH: Final = 5.0
"""Seconds after which the gauges of a process that says nothing more are left out; what it counted stays."""


class Shared:
    """This process's file, and all others'."""

    def __init__(self, folder: Path | None, part: str) -> None:
        """`part` is what the process does: `worker`, `writer`. Without a folder there is this process alone."""
        self._folder = folder
        self._part = part
        self._own = None if folder is None else folder / f"{part}-{os.getpid()}.metrics"

    def tell(self, tallies: Tallies) -> None:
        """Leave the numbers for the others; a folder that is gone means that the service ends."""
        tallies.set(PROCESSES, 1, self._part)
        if self._own is not None:
            with suppress(OSError):
                new = self._own.with_suffix(".new")
                new.write_bytes(tallies.as_bytes())
                new.replace(self._own)

    def all(self, own: Tallies, now: float) -> Tallies:
        """The numbers of all processes together; `now` is the time as file systems have it, seconds since 1970."""
        own.set(PROCESSES, 1, self._part)
        whole = Tallies()
        whole.merge(own)
        for path in sorted(self._folder.glob("*.metrics")) if self._folder is not None else ():
            if path != self._own:
                with suppress(OSError):
                    whole.merge(Tallies.from_bytes(path.read_bytes()), now - path.stat().st_mtime < FRESH)
        return whole
