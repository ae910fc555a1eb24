"""Releases of the service as it is run: policies changed on the disk, broken, mended, and old decisions replayed."""

from __future__ import annotations

import json
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.service.releases import LARGE_FROM, edit
from tests.system.conftest import SAMPLE, Server, start

Serve = Callable[..., Server]
URL = "/v1/decisions"
WITHIN = 20
"""Seconds that a busy machine may take for what usually takes two."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "policies"))


def decided(server: Server, amount: int) -> dict[str, Any]:
    code, body = server.ask("POST", URL, {"decide": ["size"], "facts": {"order": {"amount": amount, "count": 1}}})
    assert code == 201
    document: dict[str, Any] = json.loads(body)
    return document


def size_of(document: dict[str, Any]) -> str:
    return str(document["outcomes"]["size"]["values"]["size"])


def ready(server: Server) -> dict[str, Any]:
    code, body = server.ask("GET", "/readyz")
    assert code == 200
    document: dict[str, Any] = json.loads(body)
    return document


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not holds():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


def test_a_change_on_the_disk_decides_and_old_decisions_replay(serve: Serve, folder: Path, tmp_path: Path) -> None:
    server = serve(policies=folder)
    before = decided(server, 1500)
    edit(folder / "parameters.yaml", LARGE_FROM, "value: 2000.00")
    eventually(lambda: ready(server)["policy"] != before["policy"])
    after = decided(server, 1500)
    assert (size_of(before), size_of(after)) == ("large", "small")
    for document in (before, after):
        code, body = server.ask("GET", f"{URL}/{document['decision_id']}/replay")
        assert (code, json.loads(body)["same"]) == (200, True)
    releases = json.loads(server.ask("GET", "/v1/releases")[1])["items"]
    assert [one["release"] for one in releases] == [after["policy"]["release"], before["policy"]["release"]]
    replay = start("replay", "--all", "--data-dir", str(tmp_path / "data"))
    assert replay.communicate(timeout=60) == ("2 replayed, all the same\n", "")
    assert server.stop() == 0
    again = serve(policies=folder)
    assert ready(again)["ledger"] == {"size": 4}
    assert json.loads(again.ask("GET", f"{URL}/{before['decision_id']}/replay")[1])["same"] is True


def test_a_broken_file_is_told_and_the_service_goes_on(serve: Serve, folder: Path) -> None:
    server = serve(policies=folder)
    before = decided(server, 1500)
    rules = folder / "shop" / "size.yaml"
    edit(rules, "order.amount >=", "order.amuont >=")
    eventually(lambda: ready(server)["policies"]["status"] == "broken")
    told = ready(server)["policies"]
    assert told["first"].startswith("shop/size.yaml:22:11: error[unknown-name]")
    assert decided(server, 1500)["policy"] == before["policy"]
    edit(rules, "order.amuont >=", "2 * order.amount >=")
    eventually(lambda: ready(server)["policies"] == {"status": "serving"})
    assert size_of(decided(server, 500)) == "large"
    assert server.stop() == 0
    assert "shop/size.yaml:22:11" in server.process.communicate()[1]


def test_sighup_reads_the_folder_and_keeps_the_worker(serve: Serve, folder: Path) -> None:
    server = serve(policies=folder)
    workers = server.workers()
    before = ready(server)["policy"]
    edit(folder / "parameters.yaml", LARGE_FROM, "value: 2000.00")
    server.process.send_signal(signal.SIGHUP)
    eventually(lambda: ready(server)["policy"] != before)
    server.process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    assert server.workers() == workers
    assert ready(server)["ledger"] == {"size": 2}
    assert server.stop() == 0
