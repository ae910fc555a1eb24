"""Callers of the service as it is run: the first start, keys made and revoked beside it."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.callers.issue import issue
from service.callers.key_file import KeyFile
from service.callers.scopes import Role
from service.clock import SystemClock
from tests.conftest import POLICIES
from tests.system.conftest import SAMPLE, Server, start
from tests.system.test_serve import ended, status

Serve = Callable[..., Server]
URL = "/v1/decisions"
ORDER: dict[str, Any] = {"subject": "C-1", "decide": ["size"], "facts": {"order": {"amount": "1000.00", "count": 8}}}
HEAD = b"POST /v1/decisions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def within(seconds: float, answer: Callable[[], int], expected: int) -> bool:
    """Whether all worker processes come to answer so: each question is a connection of its own."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if {answer() for _ in range(12)} == {expected}:
            return True
        time.sleep(0.25)
    return False


def test_the_first_start_tells_a_key_and_a_request_that_works(serve: Serve) -> None:
    server = serve("--auth", "required", policies=POLICIES)
    found = re.search(r"^curl .*?\n\n", server.told, re.S | re.M)
    assert found is not None
    out = subprocess.run(["bash", "-c", found[0]], capture_output=True, text=True, check=True).stdout
    assert json.loads(out)["outcomes"]["limit_escalation"]["values"]["escalation"] == "report_to_supervisor"
    assert server.stop() == 0
    assert "Authorization" not in serve("--auth", "required", policies=POLICIES).told


def test_keys_are_made_and_revoked_while_it_runs(serve: Serve, tmp_path: Path) -> None:
    often = ("--failure-limit", "10000/minute", "--log-level", "WARNING")  # we ask many times, and read the log last
    server, file = serve("--auth", "required", "--workers", "2", *often), KeyFile(tmp_path / "data")
    key, text = issue(file, "billing", Role.INTEGRATOR, SystemClock().now())

    def asked() -> int:
        return server.ask("POST", URL, ORDER, bearer(text))[0]

    assert within(5, asked, 201)
    file.revoke(key.id, SystemClock().now())
    assert within(5, asked, 401)
    assert server.ask("POST", URL, ORDER)[0] == 401
    assert server.ask("GET", "/healthz")[0] == 200
    assert server.stop() == 0
    assert file.every()[-1].last_used is not None
    log = server.process.communicate()[1]
    assert "401 unauthenticated revoked-key" in log
    assert text[13:] not in log


@pytest.mark.parametrize(
    "sent",
    [
        b"Authorization: \r\n",
        b"Authorization: Bearer\r\n",
        b"Authorization: Bearer \xff\xfe\xe4\xb8\xad\r\n",
        b"Authorization: Bearer " + b"x" * 30_000 + b"\r\n",
        b"Authorization: Bearer a.b.c\r\nAuthorization: Bearer pdk_x\r\n",
        b"authorization: bearer pdk_" + b"0" * 48 + b"\r\n",
        b"X-Api-Key: pdk_x\r\n",
        b"Cookie: session=pdk_x\r\n",
    ],
)
def test_hostile_credentials_over_the_wire(gated: Server, sent: bytes) -> None:
    answer = gated.raw(HEAD + sent + b"\r\n{}")
    assert status(answer) == 401
    assert b"www-authenticate: Bearer" in answer


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Any:
    server = Server(tmp_path_factory.mktemp("gated"), "--auth", "required")
    yield server
    server.close()


def test_many_headers(gated: Server) -> None:
    many = b"".join(b"Authorization: Bearer x%d\r\n" % one for one in range(80))
    assert status(gated.raw(HEAD + many + b"\r\n{}")) in (400, 401, 431)
    assert gated.ask("GET", "/healthz")[0] == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])
def test_nobody_is_let_in_unasked_from_elsewhere(tmp_path: Path, host: str) -> None:
    places = ("--policies", str(SAMPLE), "--data-dir", str(tmp_path / "d"), "--port", "0")
    code, out, err = ended(start("serve", *places, "--host", host, "--auth", "off"))
    told = f"error: AUTH=off lets in whoever reaches {host}: use it with a loopback HOST alone\n"
    assert (code, out, err) == (1, "", told)
    assert not (tmp_path / "d").exists()


def test_it_listens_on_this_machine_alone_unless_told_otherwise(gated: Server) -> None:
    assert gated.host == "127.0.0.1"
