"""A process of our own, from both sides: the one that starts it, and itself."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

READY: Final = "ready"
PARENT: Final = "PARENT_PROCESS"
"""The variable that tells a child who started it."""

SOCKET: Final = "WRITER_SOCKET"
"""The variable that tells all where the writer listens."""

STOPPING: Final = "stopping"
"""The file beside the writer's socket that is there once the service is told to stop."""

_PR_SET_PDEATHSIG: Final = 1


class NotStarted(Exception):
    """A child ended before it was ready; the text is what it said."""


class Child:
    """A process started from a module of ours; it imports what it needs, and waits to be told to go on.

    It says `ready` once it is, or why it cannot be.
    """

    def __init__(self, module: str, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            env={**environment, PARENT: str(os.getpid())},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def go(self) -> None:
        """Let it do its work."""
        assert self._process.stdin is not None
        with suppress(OSError):  # what ended it is told by `wait_until_ready`
            self._process.stdin.write("\n")
            self._process.stdin.flush()

    def wait_until_ready(self) -> None:
        """Raises `NotStarted`."""
        assert self._process.stdout is not None
        with self._process.stdout as stdout:
            said = stdout.readline().strip()
        if said != READY:
            self.stop(patience=1)
            raise NotStarted(said or "a process beside the workers ended before it was ready")

    def watch(self, lost: Callable[[], None]) -> None:
        """Call `lost` if it ends before it is told to."""

        def wait() -> None:
            self._process.wait()
            if self._process.stdin is not None and not self._process.stdin.closed:
                lost()

        threading.Thread(target=wait, daemon=True).start()

    def stop(self, patience: float) -> None:
        """Cut the lifeline and wait so many seconds for the end, then make one."""
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def live(run: Callable[[threading.Event], None], meanwhile: Callable[[], None] = lambda: None) -> None:
    """The whole life of a child: told to go on, `run` gets an event that is set when the lifeline is cut.

    `meanwhile` is done before it waits to be told, while its parent has work to do as well.

    Signals that end the service go to all its processes; this one ends after the workers.
    """
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    die_with(int(os.environ.get(PARENT, os.getppid())))
    meanwhile()
    if not sys.stdin.readline():
        return
    ended = threading.Event()

    def hold_on() -> None:
        with suppress(OSError):
            sys.stdin.read()
        ended.set()

    threading.Thread(target=hold_on, daemon=True).start()
    run(ended)


def forget(variable: str) -> None:
    """Take a secret out of the environment, and out of the memory that shows it to others of this user.

    Processes that are forked later would inherit both.
    """
    libc = ctypes.CDLL(None)
    libc.getenv.restype = ctypes.c_void_p
    address = libc.getenv(variable.encode())
    if address:
        ctypes.memset(address, 0, len(ctypes.string_at(address)))
    os.environ.pop(variable, None)


def say_ready() -> None:
    """Tell the process that started this one."""
    print(READY, flush=True)


def stopping(folder: Path) -> Callable[[], bool]:
    """Tells whether the service that has its socket in this folder was told to stop."""
    return (folder / STOPPING).exists


def die_with(parent: int) -> None:
    """Let the kernel kill this process when its parent is gone, however that died.

    An orphan would keep the port or the ledger's lock, and the next start would fail.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
