"""The follower process: `python -m service.background.follower`. It gives way to all that answer callers."""

from __future__ import annotations

import logging
import os
import threading
from typing import Final

from service.background.child import live, say_ready

_NICE: Final = 10
"""A tenth of what the others get. Less would keep those waiting who ask the register while it holds its lock."""

_PAUSE: Final = 3.0
"""Seconds before it begins: at a start the workers need the processors, and whoever asks brings the register up."""

_log = logging.getLogger(__name__)


def main() -> None:
    """Bring the register up to the log, again and again, until told to end."""
    os.nice(_NICE)
    live(_run)


def _run(ended: threading.Event) -> None:
    if ended.wait(_PAUSE):
        return
    # Loaded here, once it gives way.
    from service.config import from_environment
    from service.ledger import LedgerError
    from service.personal import SubjectKeys, Vault
    from service.register import FileEntries, Register, UnreadableLedger
    from service.register.register import CADENCE, FILE
    from service.watch.process import begin

    settings = from_environment()
    begin(settings, "follower")
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


if __name__ == "__main__":
    main()
