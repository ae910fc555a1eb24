"""Load by wrk: one thread, so many connections, each sending its next request when its last is answered."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from bench.over_http.process import processor_time
from bench.over_http.servers import Server

SCRIPT = Path(__file__).with_name("wrk.lua")


class Measured(NamedTuple):
    """Answers a second, how long they took in milliseconds, and the service's processor time for one in µs."""

    rate: float
    p50: float
    p99: float
    processor: float


def generator() -> str:
    """Where wrk is. Ends the program with what to do where it is not."""
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit("wrk makes the load and is not on this machine; on Debian or Ubuntu: apt-get install wrk")
    return found


def load(server: Server, path: str, bodies: Path, connections: int, seconds: float) -> Measured:
    """Post the bodies of a file for so long. An answer that is an error ends the program: it would be fast."""
    url, credential, before = server.url(path), server.credential, processor_time(server)
    command = [generator(), "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "10s", "-s", str(SCRIPT), url]
    environment = {**os.environ, "BODIES": str(bodies), "CREDENTIAL": credential}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if run.returncode or "{" not in run.stdout:
        raise SystemExit(f"wrk failed at {url}: {run.stdout}{run.stderr}")
    found = json.loads(run.stdout.splitlines()[-1])
    if found["refused"] or found["broken"]:
        raise SystemExit(f"{url}: {found['refused']} answers were errors, {found['broken']} did not come")
    answers, spent = max(found["requests"], 1), processor_time(server) - before
    return Measured(
        answers / found["microseconds"] * 1e6, found["p50"] / 1e3, found["p99"] / 1e3, spent / answers * 1e6
    )
