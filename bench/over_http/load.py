"""Load by wrk: one thread, so many connections, each sending its next request when its last is answered."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

SCRIPT = Path(__file__).with_name("wrk.lua")


class Measured(NamedTuple):
    """Answers a second, and how long they took in milliseconds."""

    rate: float
    p50: float
    p99: float


def generator() -> str:
    """Where wrk is. Ends the program with what to do where it is not."""
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit("wrk makes the load and is not on this machine; on Debian or Ubuntu: apt-get install wrk")
    return found


def load(url: str, bodies: Path, connections: int, seconds: float, credential: str = "") -> Measured:
    """Post the bodies of a file for so long. An answer that is an error ends the program: it would be fast."""
    command = [generator(), "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "10s", "-s", str(SCRIPT), url]
    environment = {**os.environ, "BODIES": str(bodies), "CREDENTIAL": credential}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if run.returncode or "{" not in run.stdout:
        raise SystemExit(f"wrk failed at {url}: {run.stdout}{run.stderr}")
    found = json.loads(run.stdout.splitlines()[-1])
    if found["refused"] or found["broken"]:
        raise SystemExit(f"{url}: {found['refused']} answers were errors, {found['broken']} did not come")
    return Measured(found["requests"] / found["microseconds"] * 1e6, found["p50"] / 1e3, found["p99"] / 1e3)
