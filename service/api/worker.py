"""The worker process: opens policy and ledger by the environment, serves, and does not outlive its parent."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from typing import NamedTuple

from flask import Flask

from rules.errors import PolicyError
from service.api.app import create_app
from service.api.patience import Patience
from service.background.child import SOCKET, die_with, stopping
from service.callers.guard import Guard
from service.callers.key_file import FILE as KEYS
from service.clock import SystemClock
from service.config import Settings, SettingsError, from_environment
from service.decide import Decider, DecisionService
from service.erasures import Erasures
from service.ledger import LedgerClosed, LedgerError, RemoteLog
from service.personal import SubjectKeys, Vault
from service.problems import Refusal
from service.register import LedgerEntries, Register
from service.register.register import FILE
from service.reload import Reloader, Stamp, load_folder, stamp
from service.repository import FolderError, LoadedPolicy
from service.watch.process import begin, tell_waiting

_log = logging.getLogger(__name__)


class Loaded(NamedTuple):
    """A policy, and what its folder looked like before it was read."""

    policy: LoadedPolicy
    seen: Stamp


def load(loaded: Loaded | None) -> Flask:
    """The application of this process; it begins with a policy that is loaded already, or loads the folder's.

    Ends the process with one line where it cannot be made.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)  # the parent's handlers would swallow a stop while we load
    asked = _hang_ups()
    _die_with_parent()
    try:
        settings = from_environment()
        socket_of_writer = Path(os.environ[SOCKET])
        watch = begin(settings, "worker", socket_of_writer.parent)
        guard = _guard(settings)
        policy, seen = loaded or load_anew(settings.policies)
        log = RemoteLog.connect(settings.ledger_path, socket_of_writer)
        vault = Vault(SubjectKeys.open(settings.subject_keys_path))
        service = DecisionService(Decider(policy, settings.cross_check), log.ledger, vault, watch)
    except (SettingsError, FolderError, PolicyError, LedgerError, OSError) as error:
        raise SystemExit(f"error: {error}") from None
    Finalize(None, log.close, exitpriority=1)
    register = Register(LedgerEntries(log.ledger), settings.data_dir / FILE, vault)
    Finalize(None, register.close, exitpriority=2)
    if guard is not None:
        Finalize(None, guard.close, exitpriority=3)
        guard.start()
    erasures = Erasures(log.ledger, vault.keys, service.decider.clock, register.catch_up)
    threading.Thread(target=_settle, args=(erasures,), name="erasures", daemon=True).start()
    Reloader(service, settings.policies, seen, asked=asked).start()
    watch.gauges = partial(tell_waiting, log.ledger.writer)
    service.stopping = stopping(socket_of_writer.parent)
    Finalize(None, watch.close, exitpriority=4)
    watch.start()
    app = create_app(service, log, register, guard, watch)
    app.wsgi_app = patience = Patience(app.wsgi_app)  # type: ignore[method-assign]
    patience.start()
    gc.freeze()  # what is made by now stays: looking through it again and again would cost every caller
    gc.enable()
    return app


def _guard(settings: Settings) -> Guard | None:
    """Who tells callers, unless nobody is asked. Raises `SettingsError`."""
    given = settings.callers()
    try:
        return None if given is None else Guard.open(given, SystemClock())
    except Refusal:
        raise SettingsError(f"the keys in `{settings.data_dir / KEYS}` cannot be read") from None


def load_anew(folder: Path) -> Loaded:
    """The policy of a folder. Raises as `load_folder` does."""
    seen = stamp(folder)
    return Loaded(load_folder(folder), seen)


def _settle(erasures: Erasures) -> None:
    """Finish erasures that an end of the process or an old copy of the keys undid; the service need not wait."""
    try:
        if count := erasures.settle():
            _log.warning("%d erasures that were interrupted or undone are finished now", count)
    except LedgerClosed:
        pass
    except LedgerError as error:
        _log.error("erasures that were interrupted are not finished: %s", error)


def _hang_ups() -> threading.Event:
    """Set whenever SIGHUP comes: the policy folder is to be read at once."""
    asked = threading.Event()
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: asked.set())
    return asked


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        die_with(parent.pid or 0)
