"""The worker process: opens policy and ledger by the environment, serves, and does not outlive its parent."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from multiprocessing.util import Finalize
from typing import Final

from flask import Flask

from rules.errors import PolicyError
from service.api.app import create_app
from service.config import Settings, SettingsError, from_environment
from service.decide import Decider, DecisionService
from service.ledger import LedgerError, Log
from service.register import LedgerEntries, Register
from service.register.register import FILE
from service.reload import Reloader, load_folder, stamp
from service.repository import FolderError

_PR_SET_PDEATHSIG: Final = 1


def load() -> Flask:
    """The application of this process. Ends the process with one line where it cannot be made."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)  # the parent's handlers would swallow a stop while we load
    asked = _hang_ups()
    die_with_parent()
    try:
        settings = from_environment()
        logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        seen = stamp(settings.policies)
        policy = load_folder(settings.policies)
        log = Log.open(settings.places)
        service = DecisionService(Decider(policy, settings.cross_check), log.ledger)
    except (SettingsError, FolderError, PolicyError, LedgerError, OSError) as error:
        raise SystemExit(f"error: {error}") from None
    Finalize(None, log.close, exitpriority=1)
    register = Register(LedgerEntries(log.ledger), settings.data_dir / FILE)
    Finalize(None, register.close, exitpriority=2)
    register.follow()
    log.start()
    Reloader(service, settings.policies, seen, asked=asked).start()
    threading.Thread(target=_announce, args=(settings,), daemon=True).start()
    return create_app(service, log, register)


def _hang_ups() -> threading.Event:
    """Set whenever SIGHUP comes: the policy folder is to be read at once."""
    asked = threading.Event()
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: asked.set())
    return asked


def die_with_parent() -> None:
    """Let the kernel kill this process when its parent is gone, however that died.

    An orphan would keep the port and the ledger's lock, and the next start would fail.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent.pid:
        os._exit(1)
    threading.Thread(target=_wait_for, args=(parent,), daemon=True).start()


def _wait_for(parent: multiprocessing.process.BaseProcess) -> None:
    """The same for systems without that call: leave as soon as the parent's end of a pipe closes."""
    parent.join()
    os._exit(1)


def _announce(settings: Settings) -> None:
    """Say where the service is, once it answers there."""
    address = (settings.host, settings.port)
    while True:
        try:
            socket.create_connection(address, timeout=1).close()
            break
        except OSError:
            time.sleep(0.02)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"serving decisions on http://{host}:{settings.port}", flush=True)
