"""The follower process: `python -m service.background.follower`. It gives way to all that answer callers."""

from __future__ import annotations

import logging
import os
import threading
from contextlib import suppress
from typing import Final

from service.background.child import live, say_ready
from service.config import from_environment
from service.ledger import LedgerError
from service.personal import SubjectKeys, Vault
from service.register import FileEntries, Register, UnreadableLedger
from service.register.register import CADENCE, FILE
from service.watch.process import begin

_NICE: Final = 19

_log = logging.getLogger(__name__)


def main() -> None:
    """Bring the register up to the log, again and again, until told to end."""
    live(_run)


def _run(ended: threading.Event) -> None:
    settings = from_environment()
    begin(settings, "follower")
    _give_way()
    entries = FileEntries(settings.ledger_path)
    keys = SubjectKeys.open(settings.subject_keys_path)
    register = Register(entries, settings.data_dir / FILE, Vault(keys))
    say_ready()
    while not ended.wait(CADENCE):
        try:
            register.catch_up()
        except (LedgerError, UnreadableLedger) as error:
            _log.error("the register does not follow the log: %s", error)
    register.close()
    keys.close()
    entries.close()


def _give_way() -> None:
    """Work in what time all others leave; whoever asks the register brings it up to the log first anyway."""
    os.nice(_NICE)
    if hasattr(os, "SCHED_IDLE"):
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


if __name__ == "__main__":
    main()
