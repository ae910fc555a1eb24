"""What those see who run the service: numbers of all its processes together, a log of lines, a word to systemd."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.system.conftest import Server
from tests.system.test_releases import eventually

Serve = Callable[..., Server]
URL = "/v1/decisions"
MARK = "MARKER-张三"
ORDER: dict[str, Any] = {"subject": MARK, "decide": ["size"], "facts": {"order": {"amount": "1000.00", "count": 8}}}


def numbers(server: Server) -> dict[str, float]:
    lines = server.ask("GET", "/metrics")[1].decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_the_numbers_are_those_of_all_processes(serve: Serve) -> None:
    server = serve("--workers", "2")
    for _ in range(20):
        assert server.ask("POST", URL, ORDER)[0] == 201
    decided = 'policy_decisions_total{ruleset="size",status="decided"}'
    eventually(lambda: numbers(server).get(decided) == 20)
    eventually(lambda: numbers(server).get("policy_ledger_batch_entries_sum") == 21)
    eventually(lambda: numbers(server).get('policy_processes{part="worker"}') == 2)  # the first may serve alone
    found = numbers(server)
    assert found['policy_processes{part="writer"}'] == 1
    assert (found["policy_ledger_entries"], found["policy_decisions_not_recorded_total"]) == (21, 0)


def test_the_log_is_lines_without_what_was_sent(serve: Serve) -> None:
    server = serve()
    server.ask("POST", URL, ORDER, {"X-Request-Id": "order-1024"})
    server.ask("POST", URL, {MARK: MARK})
    server.ask("GET", f"{URL}?subject=MARKER")
    assert server.stop() == 0
    err = server.process.communicate()[1]
    lines = [json.loads(line) for line in err.splitlines()]
    decision = next(line for line in lines if line["event"] == "decision")
    assert (decision["request_id"], decision["index"], decision["status"]) == ("order-1024", 1, "decided")
    assert any(line.get("reason") == "invalid-request" for line in lines)
    assert "MARKER" not in err


def test_systemd_is_told(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(os.fspath(tmp_path / "notify"))
        told.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", os.fspath(tmp_path / "notify"))
        server = serve()
        assert told.recv(100) == b"READY=1"
        assert server.stop() == 0
        assert told.recv(100) == b"STOPPING=1"
