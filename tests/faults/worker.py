"""The service of the fault tests: appends one by one, and writes down at once what was acknowledged."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from service.ledger import Ledger, LedgerError, writer
from tests.ledger.helpers import draft, facet

MORE = 3
"""Appends that are tried after the first refusal: none may be acknowledged."""


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def main() -> None:
    """`worker.py <ledger file> <appends> <bytes of log between checkpoints>`."""
    path, count = Path(sys.argv[1]), int(sys.argv[2])
    writer.CHECKPOINT_BYTES = int(sys.argv[3])
    try:
        ledger = Ledger.open(path)
    except (LedgerError, OSError) as error:
        say(f"not opened {type(error).__name__}")
        return
    say("opened")
    failures = 0
    for number in range(count):
        try:
            one = draft(f"D-{number}", key=f"k{number}", facets=(facet("a", "x"), facet("b", str(number))))
            ledger.append(one)
            say(f"acknowledged D-{number}")
        except LedgerError:
            say(f"refused {'ready' if ledger.healthy else 'not ready'}")
            failures += 1
            if failures > MORE:
                break
    ledger.close()
    say("closed")


if __name__ == "__main__":
    main()
