"""One service a ledger: a lock that the operating system gives back when its holder dies, even by kill -9."""

from __future__ import annotations

import os
from pathlib import Path

from service.ledger.errors import LedgerInUse, LedgerUnsupported

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def take_lock(database: Path) -> int:
    """Lock `<database>.lock` for this process and return the descriptor; closing it gives the lock back.

    The lock stands on a file of its own because closing any descriptor of the database would drop the
    POSIX locks that SQLite holds on it. The file stays when the lock goes: removing it would let two
    services hold locks on two files of the same name.

    Raises `LedgerInUse` if it is taken, `LedgerUnsupported` where there is no `fcntl.flock`.
    """
    if fcntl is None:
        raise LedgerUnsupported("a ledger needs `fcntl.flock`, which this platform does not have")
    path = database.with_name(database.name + ".lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise LedgerInUse(f"the ledger `{database}` is in use by another service") from None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
