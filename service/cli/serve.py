"""`run.py serve`: look at everything first, then listen."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import click
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from service.api import worker
from service.background.notify import notify
from service.background.child import SOCKET, STOPPING, Child, NotStarted, forget
from service.cli.first_key import first_key
from service.cli.policies import Failure, policy_of
from service.cli.settings import settings_of, settings_options
from service.config import LogFormat, Settings, SettingsError
from service.ledger import LedgerError
from service.ledger.keys import VARIABLE
from service.personal import SubjectKeys
from service.reload import stamp
from service.watch.lines import formatter

_MOST_THREADS: Final = 512
_MOST_CONNECTIONS: Final = 2048
_M_ARENA_MAX: Final = -8


@click.command()
@settings_options
@click.pass_context
def serve(context: click.Context, /, **_: object) -> None:
    """Serve decisions over HTTP until told to stop (SIGTERM or Ctrl-C).

    A change of the policy files becomes a release within seconds, at once on SIGHUP; files that do not check
    leave the release before serving. Does not start with a broken policy, a damaged ledger, or one that
    another service has open. The first start makes a key and prints it with a request to try it.
    """
    gc.disable()  # nearly all that is made until the service answers stays
    _few_arenas()
    settings = settings_of(context)
    _look_at_callers(settings)
    with _beside(settings) as beside:
        seen = stamp(settings.policies)
        loaded = worker.Loaded(policy_of(settings.policies), seen)
        settings = replace(settings, port=_free_port(settings.host, settings.port))
        os.environ.update(settings.environment())
        _look_at_keys(settings)
        beside.go()
        told = first_key(settings, loaded.policy)
        if told is not None:
            click.echo(told)
        server = _server(settings)
        server.signal_handler_reload = partial(_pass_on_hang_up, server)
        server.signal_handler_interrupt = _Stop(server, beside.folder, settings.stop_delay)
        beside.watch(server)
        threading.Thread(target=_announce, args=(settings,), daemon=True).start()
        gc.freeze()  # the workers share its memory as long as nobody writes to it, and the collector would
        server.serve(target_loader=partial(worker.load, _handed_on(loaded)), wrap_loader=False)
    if beside.lost:
        raise Failure("the writer process ended by itself; nothing is decided any more: start the service anew")


def _few_arenas() -> None:
    """Let the threads of this process and of its forks share two heaps, where the C library is GNU's.

    It would give eight to each processor, and every one keeps what its threads once needed: a third of a worker.
    Nobody waits for a heap, for whoever allocates holds the interpreter's lock.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def _handed_on(loaded: worker.Loaded) -> worker.Loaded | None:
    """The policy for the workers, where they are forks of this process; elsewhere each loads its own."""
    return loaded if multiprocessing.get_start_method() == "fork" else None


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
    notify("READY=1")


def _pass_on_hang_up(server: Any, *_: object) -> None:
    """SIGHUP is for the worker, which reads the policies anew; the server would start a second one instead."""
    for one in server.wrks:
        if one.inner.pid is not None:
            os.kill(one.inner.pid, signal.SIGHUP)


def _look_at_callers(settings: Settings) -> None:
    try:
        settings.callers()
    except SettingsError as error:
        raise Failure(str(error)) from None


class _Stop:
    """What SIGTERM and SIGINT do: not ready at once, and some time later no more requests."""

    def __init__(self, server: Any, folder: Path, delay: float) -> None:
        self._stop = server.signal_handler_interrupt
        self._folder = folder
        self._delay = delay

    def __call__(self, signum: int = 0, *_: object) -> None:
        """A second one, and Ctrl-C, do not wait."""
        notify("STOPPING=1")
        mark = self._folder / STOPPING
        if signum != signal.SIGTERM or self._delay == 0 or mark.exists():
            mark.touch()
            self._stop()
        else:
            mark.touch()
            timer = threading.Timer(self._delay, self._stop)
            timer.daemon = True
            timer.start()


class _Beside:
    """The processes beside the workers."""

    def __init__(self, settings: Settings, folder: str) -> None:
        """`folder` is for the writer's socket."""
        os.environ.update(settings.environment(), **{SOCKET: f"{folder}/writer"})
        self.lost = False
        self.folder = Path(folder)
        self._writer = Child("service.background.writer", os.environ)
        self._follower: Child | None = None
        forget(VARIABLE)  # the key is for the writer alone

    def go(self) -> None:
        """Open the ledger. Raises `Failure` with what is wrong with it."""
        self._writer.go()
        try:
            self._writer.wait_until_ready()
        except NotStarted as error:
            raise Failure(str(error)) from None
        self._follower = Child("service.background.follower", os.environ)
        self._follower.go()

    def watch(self, server: Any) -> None:
        """End the service if the writer ends by itself: nothing could be recorded any more."""

        def end() -> None:
            self.lost = True
            server.signal_handler_interrupt()

        self._writer.watch(end)

    def stop(self) -> None:
        """After the workers: the follower at once, for it can go on at any entry, the writer when it is done."""
        if self._follower is not None:
            self._follower.stop(patience=0.1)
        self._writer.stop(patience=30)


@contextmanager
def _beside(settings: Settings) -> Iterator[_Beside]:
    with tempfile.TemporaryDirectory(prefix="decisions-") as folder:  # for its owner alone, and its name is short
        beside = _Beside(settings, folder)
        try:
            yield beside
        finally:
            beside.stop()


def _look_at_keys(settings: Settings) -> None:
    """Open and close the keys of personal data, so that what is wrong is told before anybody connects."""
    try:
        SubjectKeys.open(settings.subject_keys_path).close()
    except LedgerError as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"the data folder `{settings.data_dir}` cannot be used: {error.strerror}") from None


def _free_port(host: str, port: int) -> int:
    """The port to listen on. The server shares ports between processes, so it would not notice one in use."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as error:
        raise Failure(f"cannot listen on {host} port {port}: {error.strerror}") from None


def _server(settings: Settings) -> Any:
    """Worker processes, and in each threads, for they share a message to the writer and its sync.

    A thread is only made when all others are busy, and there may be many: a client that never sends the
    rest of its body holds one. Connections that are kept alive count against `backpressure`.
    """
    return Server(
        target="service.api.worker",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,  # with HTTP/2 beside it, a connection that says nothing is never closed
        workers=settings.workers,
        respawn_failed_workers=True,
        blocking_threads=_MOST_THREADS,
        blocking_threads_idle_timeout=600,
        backlog=1024,
        backpressure=_MOST_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=30_000),
        workers_kill_timeout=30,
        log_level=LogLevels.error,
        log_dictconfig=_log_of_server(settings.log_format),
    )


def _log_of_server(form: LogFormat) -> dict[str, Any]:
    """What the server itself has to say, as all other lines are; in its processes it is configured by this again."""
    handler = {"formatter": "ours", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"}
    return {
        "formatters": {"ours": {"()": formatter, "form": form}},
        "handlers": {"console": handler, "access": handler},
    }
