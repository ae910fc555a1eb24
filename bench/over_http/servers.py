"""Processes that serve, started for a comparison and stopped after it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.places import PEERS, ROOT

_PATIENCE = 60.0
"""Seconds that a server may take to answer at all."""


@dataclass(frozen=True)
class Server:
    """A running service: where it listens, who may call it, its first process."""

    port: int
    credential: str
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def url(self, path: str) -> str:
        """A path of it."""
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def product(folder: Path, workers: int, *options: str, key: str = "") -> Iterator[Server]:
    """`run.py serve` as an operator starts it, asked with a key as its callers do: this one, or one that is made."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [sys.executable, "run.py", "serve", "--port", str(port), "--data-dir", str(folder)]
    command += ["--workers", str(workers), *options]
    credential = key or credential_for(folder)  # another one each time, for the text of a key is shown once
    with _running(command, {**os.environ, "LOG_LEVEL": "ERROR"}, folder, port) as process:
        yield Server(port, credential, process)


@contextmanager
def peer(folder: Path, workers: int, form: str, recorded: bool) -> Iterator[Server]:
    """The FastAPI service under uvicorn, without its access log; zen's rules as `tables` or `expressions`."""
    folder.mkdir(parents=True)
    port = free_port()
    command = [str(PEERS), "-m", "uvicorn", "bench.peers.service:app", "--port", str(port), "--no-access-log",
               "--log-level", "error", "--workers", str(workers)]  # fmt: skip
    environment = {**os.environ, "FORM": form, "RECORD": str(folder) if recorded else ""}
    with _running(command, environment, folder, port) as process:
        yield Server(port, "", process)


@contextmanager
def module(name: str, *arguments: str, folder: Path, credential: str) -> Iterator[Server]:
    """A module of the bench that serves: it is given its arguments, a port and the folder."""
    port = free_port()
    command = [sys.executable, "-m", name, *arguments, str(port), str(folder)]
    with _running(command, dict(os.environ), folder, port) as process:
        yield Server(port, credential, process)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def credential_for(folder: Path) -> str:
    """A key that may decide and simulate as often as it likes."""
    folder.mkdir(parents=True, exist_ok=True)
    asked = [sys.executable, "run.py", "keys", "create", "bench", "--role", "integrator", "--data-dir", str(folder)]
    asked += ["--rate", "1000000/second"]
    made = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode:
        raise SystemExit(f"`run.py keys create` fails: {made.stderr}")
    return f"Bearer {made.stdout.strip()}"


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], folder: Path, port: int
) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "output").open("w+b") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            _wait(process, port, output)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _wait(process: subprocess.Popen[bytes], port: int, output: IO[bytes]) -> None:
    """Until it listens. Ends the program with what it said where it does not."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.01)
    output.seek(0)
    raise SystemExit(f"a server did not start:\n{output.read().decode(errors='replace')}")
