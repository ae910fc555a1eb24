"""`run.py serve`: look at everything first, then listen."""

from __future__ import annotations

import os
import signal
import socket
from dataclasses import replace
from functools import partial
from typing import Any, Final

import click
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from service.api import worker
from service.cli.policies import Failure, policy_of
from service.cli.settings import settings_of, settings_options
from service.config import Settings
from service.ledger import LedgerError, Log

_MOST_THREADS: Final = 512
_MOST_CONNECTIONS: Final = 2048


@click.command()
@settings_options
@click.pass_context
def serve(context: click.Context, /, **_: object) -> None:
    """Serve decisions over HTTP until told to stop (SIGTERM or Ctrl-C).

    A change of the policy files becomes a release within seconds, at once on SIGHUP; files that do not check
    leave the release before serving. Does not start with a broken policy, a damaged ledger, or one that
    another service has open.
    """
    settings = settings_of(context)
    policy_of(settings.policies)
    _look_at_ledger(settings)
    settings = replace(settings, port=_free_port(settings.host, settings.port))
    os.environ.update(settings.environment())
    server = _server(settings)
    server.signal_handler_reload = partial(_pass_on_hang_up, server)
    server.serve(target_loader=worker.load, wrap_loader=False)


def _pass_on_hang_up(server: Any, *_: object) -> None:
    """SIGHUP is for the worker, which reads the policies anew; the server would start a second one instead."""
    for one in server.wrks:
        if one.inner.pid is not None:
            os.kill(one.inner.pid, signal.SIGHUP)


def _look_at_ledger(settings: Settings) -> None:
    """Open and close it, so that what is wrong is told before anybody connects.

    The key stays in the environment, for the process that will sign.
    """
    try:
        Log.open(settings.places, dict(os.environ)).close()
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
    """One worker process, for the ledger has one writer; threads in it, for they share its syncs.

    A thread is only made when all others are busy, and there may be many: a client that never sends the
    rest of its body holds one. Connections that are kept alive count against `backpressure`.
    """
    return Server(
        target="service.api.worker",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,  # with HTTP/2 beside it, a connection that says nothing is never closed
        workers=1,
        blocking_threads=_MOST_THREADS,
        blocking_threads_idle_timeout=600,
        backlog=1024,
        backpressure=_MOST_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=30_000),
        workers_kill_timeout=30,
        log_level=LogLevels.error,
        log_dictconfig=_TO_STDERR,
    )


_TO_STDERR = {
    "handlers": {
        "console": {"formatter": "generic", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"},
        "access": {"formatter": "access", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"},
    }
}
