"""The writer process: `python -m service.background.writer`, by the settings in the environment."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path

from service.background.child import SOCKET, live, say_ready
from service.config import SettingsError, from_environment
from service.ledger import LedgerError, Log
from service.ledger.server import WriterServer
from service.watch.process import begin, tell_waiting


def main() -> None:
    """Open the log, answer at the socket, close the log when told to."""
    live(_run, _look_ahead)


def _look_ahead() -> None:
    """A ledger that is new has to be made, and what makes it takes long to load."""
    with suppress(SettingsError, OSError):
        if not from_environment().ledger_path.exists():
            import sqlite_utils  # noqa: F401


def _run(ended: threading.Event) -> None:
    try:
        settings = from_environment()
        place = Path(os.environ[SOCKET])
        watch = begin(settings, "writer", place.parent)
        log = Log.open(settings.places)
    except (SettingsError, LedgerError) as error:
        sys.exit(_said(str(error)))
    except OSError as error:
        sys.exit(_said(f"the data folder `{settings.data_dir}` cannot be used: {error.strerror}"))
    log.ledger.writer.on_commit = watch.committed
    watch.gauges = partial(tell_waiting, log.ledger.writer)
    server = WriterServer(log, place)
    log.start()
    server.start()
    watch.start()
    say_ready()
    ended.wait()
    server.close()
    log.close()
    watch.close()


def _said(reason: str) -> int:
    """The reason goes to the process that waits for this one, which tells it."""
    print(reason, flush=True)
    return 1


if __name__ == "__main__":
    main()
