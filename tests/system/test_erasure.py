"""A running service erases a subject, asked over HTTP and by the command; what it was told is in no file and no log."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.personal.conftest import FOLDER, MARKERS, REQUEST, found
from tests.system.conftest import ROOT, Server

Serve = Callable[..., Server]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "run.py", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_running_service_erases(serve: Serve, tmp_path: Path) -> None:
    data = tmp_path / "data"
    server = serve("--log-level", "DEBUG", "--checkpoint-file", str(data / "checkpoints"), policies=FOLDER)
    url = f"http://{server.host}:{server.port}"
    decisions = []
    for subject in ("P-1", "P/2 甲", None):
        status, document = server.ask("POST", "/v1/decisions", {**REQUEST, "subject": subject})
        assert status == 201
        decisions.append(json.loads(document)["decision_id"])
    server.ask("POST", "/v1/decisions", {**REQUEST, "facts": {**REQUEST["facts"], "person": {"name": ["Zebulon"]}}})
    assert server.ask("POST", "/v1/subjects/P-1/erasure", {})[0] == 201
    beside = run("erase", "P/2 甲", "--data-dir", str(data))
    assert (beside.returncode, "give its address with --url" in beside.stderr) == (1, True)
    for arguments in (["P/2 甲"], ["--decision", decisions[2]]):
        done = run("erase", *arguments, "--url", url)
        assert (done.returncode, " erased at 20" in done.stdout) == (0, True), done.stderr
    for decision in decisions:
        assert server.ask("GET", f"/v1/decisions/{decision}/explanation")[0] == 410
        assert server.ask("GET", f"/v1/decisions/{decision}")[0] == 200
    assert run("replay", "--all", "--data-dir", str(data)).stdout.startswith("0 replayed, all the same, 3 not")
    assert run("audit", str(data / "ledger.sqlite")).returncode == 0
    assert found(data, *MARKERS) == set()
    assert server.stop() == 0
    assert server.process.stdout is not None
    assert server.process.stderr is not None
    told = server.process.stdout.read() + server.process.stderr.read()
    assert [one for one in MARKERS if one in told] == []
    assert found(data, *MARKERS) == set()
