"""One worker of the fleet: appends by way of the writer, and says at once what was acknowledged.

When the writer has gone it waits for the next one and asks again, under the same idempotency key.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

from service.ledger import Ledger, LedgerError
from tests.ledger.helpers import draft, facet

THREADS = 3
PAUSE = 0.002
"""Seconds between two appends: what is judged after 500 kills must stay readable in minutes."""


class Connection:
    """The ledger, connected anew whenever the writer is another."""

    def __init__(self, path: Path, listening: Path) -> None:
        self._places = path, listening
        self._mutex = threading.Lock()
        self._ledger: Ledger | None = None

    def ledger(self) -> Ledger | None:
        """None while there is no writer."""
        with self._mutex:
            if self._ledger is None or not self._ledger.healthy:
                try:
                    self._ledger, _ = Ledger.connect(*self._places)
                except LedgerError:
                    self._ledger = None
            return self._ledger


def work(connection: Connection, name: str) -> None:
    number = 0
    while True:
        entry_id = f"{name}-{number}"
        ledger = connection.ledger()
        try:
            if ledger is None:
                time.sleep(0.005)
                continue
            appended = ledger.append(draft(entry_id, key=entry_id, facets=(facet("a", str(number)),)))
        except LedgerError:
            continue
        os.write(1, f"{entry_id} {appended.entry.index} {appended.entry.leaf_hash.hex()}\n".encode())
        number += 1
        time.sleep(PAUSE)


def main() -> None:
    """`appender.py <ledger> <socket> <name>`."""
    path, listening, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    connection = Connection(path, listening)
    for thread in range(THREADS):
        threading.Thread(target=work, args=(connection, f"{name}.{thread}")).start()


if __name__ == "__main__":
    main()
