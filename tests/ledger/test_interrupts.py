"""Ctrl-C in the middle of an append: nobody is left behind, and nothing is stored that was withdrawn."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.ledger import Ledger, LedgerFailed
from service.ledger.combiner import Waiter
from service.ledger.entry import prepare
from tests.ledger.faulty import Faulty, failing_at
from tests.ledger.helpers import draft, indexes


def test_an_interrupted_caller_withdraws_and_the_others_go_on(ledger: Ledger, faulty: Faulty) -> None:
    """Ctrl-C while waiting for another's commit: that draft is never stored, and nobody is left behind."""
    reached, go_on = threading.Event(), threading.Event()

    def hold(sql: str) -> None:
        if sql == "COMMIT" and not reached.is_set():
            reached.set()
            go_on.wait(10)

    faulty.before = hold
    main = threading.main_thread().ident
    assert main is not None
    # A run in the background of a shell ignores SIGINT unless told otherwise.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with ThreadPoolExecutor(2) as pool:
        leading = pool.submit(ledger.append, draft("D-leading"))
        reached.wait(10)

        def interrupt() -> None:
            while not ledger._writer._waiting:
                pass
            signal.pthread_kill(main, signal.SIGINT)

        pool.submit(interrupt)
        with pytest.raises(KeyboardInterrupt):
            ledger.append(draft("D-interrupted"))
        go_on.set()
        assert leading.result().entry.index == 0
    signal.signal(signal.SIGINT, before)
    assert ledger.get("D-interrupted") is None
    assert ledger.append(draft("D-next")).entry.index == 1


def test_an_interrupted_next_leader_hands_over(ledger: Ledger) -> None:
    """Made leader at the very moment it is interrupted, a caller passes the lead to who waits behind it."""
    first, second = Waiter((prepare(draft("D-1")),)), Waiter((prepare(draft("D-2")),))
    assert ledger._writer._enter(first)
    assert not ledger._writer._enter(second)
    ledger._writer._leave(first)
    assert second.gate.acquire(blocking=False)
    ledger._writer._leave(second)
    assert ledger.append(draft()).entry.index == 0


def test_an_interrupted_leader_stops_the_ledger(ledger: Ledger, path: Path, faulty: Faulty) -> None:
    faulty.before = failing_at("COMMIT", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        ledger.append(draft("D-0"))
    assert not ledger.healthy
    with pytest.raises(LedgerFailed):
        ledger.append(draft("D-1"))
    ledger.close()
    assert indexes(path) == []
