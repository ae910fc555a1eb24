"""From a decision over HTTP to a receipt, a kept checkpoint and an audit, each by its own command."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.system.conftest import Server, start

Serve = Callable[..., Server]
URL = "/v1/decisions"
ORDER: dict[str, Any] = {
    "subject": "C-1",
    "decide": ["size"],
    "facts": {"order": {"amount": "1000.00", "count": 8}},
}


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def test_a_decision_is_proved_without_the_service(serve: Serve, tmp_path: Path) -> None:
    kept, data = tmp_path / "kept", tmp_path / "data"
    server = serve("--checkpoint-file", str(kept), "--ledger-origin", "log.example/x")
    decisions = [json.loads(server.ask("POST", URL, ORDER)[1]) for _ in range(3)]
    receipt = tmp_path / "one.tlog-proof"
    receipt.write_bytes(server.ask("GET", f"{URL}/{decisions[1]['decision_id']}/receipt")[1])
    assert server.stop() == 0
    code, key, _ = ended(start("key", "--data-dir", str(data)))
    assert (code, key.startswith("log.example/x+")) == (0, True)
    code, out, err = ended(start("verify", str(receipt), "--key", key.strip()))
    assert (code, err) == (0, "")
    assert decisions[1]["decision_id"] in out
    audit = ("audit", str(data / "ledger.sqlite"), "--key", key.strip(), "--checkpoints", str(kept))
    code, out, _ = ended(start(*audit))
    assert (code, out.startswith("ok: ")) == (0, True)
    assert "the newest covers" in out


def test_a_ledger_older_than_its_checkpoints_is_not_served(serve: Serve, tmp_path: Path) -> None:
    kept, data = tmp_path / "kept", tmp_path / "data"
    server = serve("--checkpoint-file", str(kept))
    server.ask("POST", URL, ORDER)
    assert server.stop() == 0
    (data / "ledger.sqlite").unlink()
    code, out, err = ended(start("serve", "--port", "0", "--data-dir", str(data), "--checkpoint-file", str(kept)))
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "the newest are missing, as after a restore" in err


def test_an_export_is_taken_beside_the_service_and_after_it(serve: Serve, tmp_path: Path) -> None:
    data, out, given = tmp_path / "data", tmp_path / "all.jsonl", tmp_path / "given"
    server = serve()
    for _ in range(3):
        server.ask("POST", URL, ORDER)
    given.write_bytes(server.ask("GET", "/v1/log/checkpoint")[1])
    key, streamed = server.ask("GET", "/v1/log/key")[1].decode().strip(), server.ask("GET", "/v1/export")[1]
    export = ("export", "--data-dir", str(data), "--out", str(out))
    code, _, err = ended(start(*export))
    assert (code, "the service is running, and only it signs" in err) == (1, True)
    code, told, err = ended(start(*export, "--checkpoint", str(given)))
    assert (code, err, told.startswith("4 entries of 4 in")) == (0, "", True)
    assert out.read_bytes() == streamed
    assert server.stop() == 0
    code, _, err = ended(start(*export))
    assert (code, err) == (0, "")
    code, told, err = ended(start("verify", str(out), "--key", key))
    assert (code, err, told.startswith("verified: 4 of the 4 entries")) == (0, "", True)
