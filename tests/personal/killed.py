"""Erases P-1 in a data folder and kills itself at one step: `killed.py <folder> <step>`."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from service.clock import SystemClock
from service.config import Settings
from service.erasures import Erasures
from service.ledger import Log
from service.personal import SubjectKeys

STEPS = ("before the key", "in the key", "after the key", "after the entry", "in the note", "after all")


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def at_commit(connection: sqlite3.Connection) -> None:
    """Die when the next transaction is about to be committed: its pages are written, its journal stands."""
    connection.execute("PRAGMA cache_size = 1")
    connection.set_trace_callback(lambda sql: die() if sql == "COMMIT" else None)


def after(method: Callable[..., Any]) -> Callable[..., Any]:
    def called(*arguments: Any) -> None:
        method(*arguments)
        die()

    return called


def main() -> None:
    settings, step = Settings(data_dir=Path(sys.argv[1])), sys.argv[2]
    log = Log.open(settings.places)
    keys: Any = SubjectKeys.open(settings.subject_keys_path)
    ledger: Any = log.ledger
    match step:
        case "before the key":
            keys.destroy = die
        case "in the key":
            at_commit(keys._connection)
        case "after the key":
            keys.destroy = after(keys.destroy)
        case "after the entry":
            ledger.append = after(ledger.append)
        case "in the note":
            keys.record = lambda key_id: (at_commit(keys._connection), SubjectKeys.record(keys, key_id))
        case "after all":
            keys.record = after(keys.record)
    Erasures(ledger, keys, SystemClock()).of_subject("P-1")


if __name__ == "__main__":
    main()
