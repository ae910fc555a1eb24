"""The real program in a process of its own, spoken to over sockets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from service.config import Settings

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "service" / "sample"
JSON = {"Content-Type": "application/json"}


def start(*args: str) -> subprocess.Popen[str]:
    """`python run.py …` with nothing of this environment's settings."""
    environment = {name: value for name, value in os.environ.items() if name not in Settings().environment()}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "run.py", *args],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


class Server:
    """One service, from its first line to its end. Nobody is asked who it is, unless the options say so."""

    def __init__(self, data: Path, *options: str, policies: Path = SAMPLE) -> None:
        asked = () if "--auth" in options else ("--auth", "off")
        places = ("--port", "0", "--data-dir", str(data), "--policies", str(policies))
        self.process = start("serve", *places, *asked, *options)
        assert self.process.stdout is not None
        self.told = ""
        """What it says before it serves."""
        while not (line := self.process.stdout.readline()).startswith("serving decisions on http://"):
            if not line:
                raise AssertionError(f"{self.told}{self.process.communicate()[1]}")
            self.told += line
        self.host, _, port = line.split("//")[1].strip().rpartition(":")
        self.port = int(port)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.host, self.port, timeout=10)

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        connection = self.connect()
        try:
            data = None if body is None else json.dumps(body).encode()
            connection.request(method, path, data, {**JSON, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def raw(self, sent: bytes, wait: float = 5) -> bytes:
        """What comes back for these bytes, up to the end of the head."""
        with socket.create_connection((self.host, self.port), timeout=wait) as plug:
            plug.sendall(sent)
            got = b""
            while b"\r\n\r\n" not in got and (piece := plug.recv(65536)):
                got += piece
            return got

    def children(self) -> dict[int, str]:
        """The processes of the service but the first, and what each was started as."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return {int(pid): args for pid, args in (line.split(maxsplit=1) for line in listed.stdout.splitlines())}

    def workers(self) -> list[int]:
        return [pid for pid, args in self.children().items() if "service.background" not in args]

    def beside(self, name: str) -> int:
        """The process beside the workers that is called so."""
        (found,) = (pid for pid, args in self.children().items() if args.endswith(f"service.background.{name}"))
        return found

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def close(self) -> None:
        if self.process.poll() is None:
            self.kill()
        self.process.communicate()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts services on one data folder; ends all that still run."""
    started: list[Server] = []

    def one(*options: str, data: Path = tmp_path / "data", policies: Path = SAMPLE) -> Server:
        started.append(Server(data, *options, policies=policies))
        return started[-1]

    yield one
    for server in started:
        server.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One service for all tests that leave it as it was."""
    server = Server(tmp_path_factory.mktemp("running") / "data")
    yield server
    server.close()


def gone(pid: int, within: float = 5) -> bool:
    """Whether a process ends in time."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False
