"""The service of the crash test: eight threads append and write each acknowledged id to stdout at once."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from service.ledger import Ledger
from tests.ledger.helpers import draft, facet

THREADS = 8


def work(ledger: Ledger, run: str, thread: int) -> None:
    """Append until killed."""
    number = 0
    while True:
        number += 1
        entry_id = f"{run}-{thread}-{number}"
        ledger.append(draft(entry_id, key=entry_id, facets=(facet("a", "x"), facet("b", str(number)))))
        os.write(1, f"{entry_id}\n".encode())


def main() -> None:
    """`crash_worker.py <ledger file> <name of the run>`."""
    path, run = Path(sys.argv[1]), sys.argv[2]
    ledger = Ledger.open(path)
    for thread in range(THREADS):
        threading.Thread(target=work, args=(ledger, run, thread)).start()


if __name__ == "__main__":
    main()
