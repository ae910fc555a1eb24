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
