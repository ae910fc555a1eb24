"""The service as it is run: what it answers, what it survives, when it does not start."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.proofs.notes import private_text
from tests.system.conftest import SAMPLE, Server, gone, start

Serve = Callable[..., Server]
URL = "/v1/decisions"
HEAD = b"POST /v1/decisions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
ORDER: dict[str, Any] = {
    "subject": "C-1",
    "decide": ["size"],
    "facts": {"order": {"amount": "1000.00", "count": 8}},
}


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def test_decide_over_http(serve: Serve) -> None:
    server = serve()
    code, body = server.ask("POST", URL, ORDER, {"Idempotency-Key": "k-1"})
    assert code == 201
    document = json.loads(body)
    assert document["outcomes"]["size"]["values"]["fee"] == "15.00"
    assert server.ask("GET", f"{URL}/{document['decision_id']}") == (200, body)
    assert server.ask("POST", URL, ORDER, {"Idempotency-Key": "k-1"}) == (200, body)
    assert server.ask("GET", "/readyz")[0] == 200
    assert server.stop() == 0
    again = serve()
    assert again.ask("GET", f"{URL}/{document['decision_id']}") == (200, body)
    assert again.ask("POST", URL, ORDER, {"Idempotency-Key": "k-1"}) == (200, body)


BAD = [
    (HEAD + b"Content-Length: 2\r\n\r\n{}", 422),
    (HEAD + b"Content-Length: 0\r\n\r\n", 400),
    (HEAD + b"\r\n", 400),
    (HEAD + b"Content-Length: 1\r\n\r\n{}", 400),
    (HEAD + b"Content-Length: -1\r\n\r\n{}", 400),
    (HEAD + b"Content-Length: 9999999999999999999999\r\n\r\n{}", 400),
    (HEAD + b"Content-Length: 1048577\r\n\r\n{}", 413),
    (HEAD + b"Content-Length: 4\r\n\r\n\xff\xfe\x00\x01", 400),
    (HEAD + b"Content-Length: 7\r\n\r\n[1e999]", 400),
    (HEAD + b"Content-Length: 100000\r\n\r\n" + b"[" * 100000, 400),
    (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 422),
    (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    (HEAD + b"Transfer-Encoding: chunked\r\n\r\n180000\r\n" + b" " * 0x180000 + b"\r\n0\r\n\r\n", 413),
    (HEAD + b"Idempotency-Key: \xe9\xff\r\nContent-Length: 2\r\n\r\n{}", 400),
    (HEAD + b"Idempotency-Key: " + b"k" * 300 + b"\r\nContent-Length: 2\r\n\r\n{}", 400),
    (b"POST /v1/decisions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 415),
    (b"POST /v1/decisions HTTP/1.0\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415),
    (b"GET /v1/decisions/%00%ff HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    (b"GET /v1/decisions?subject=%00%ff&limit=%ff HTTP/1.1\r\nHost: x\r\n\r\n", 422),
    (b"GET /v1/\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    (b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    (b"BREW /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    (b"GET /" + b"x" * 20000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    (b"\x00\x01\x02\r\n\r\n", 400),
]


def test_whatever_is_sent_is_answered_and_the_service_lives(serve: Serve) -> None:
    server = serve()
    for sent, expected in BAD:
        answer = server.raw(sent)
        assert (sent[:120], status(answer)) == (sent[:120], expected)
        assert b"Traceback" not in answer
    assert server.ask("POST", URL, ORDER)[0] == 201
    assert json.loads(server.ask("GET", "/readyz")[1])["ledger"] == {"size": 2}
    assert server.stop() == 0
    assert "Traceback" not in server.process.communicate()[1]


def test_bodies_that_never_come_stall_nobody(running: Server) -> None:
    stalled = [socket.create_connection((running.host, running.port)) for _ in range(40)]
    try:
        for plug in stalled:
            plug.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        time.sleep(0.2)
        assert running.ask("POST", URL, ORDER)[0] == 201
    finally:
        for plug in stalled:
            plug.close()


def test_a_hang_up_in_the_middle_of_a_body_decides_nothing(running: Server) -> None:
    body = json.dumps(ORDER).encode()
    before = json.loads(running.ask("GET", "/readyz")[1])["ledger"]
    for cut in (1, len(body) - 1):
        with socket.create_connection((running.host, running.port)) as plug:
            plug.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % (len(body) + 1) + body[:cut])
    time.sleep(0.3)
    assert json.loads(running.ask("GET", "/readyz")[1])["ledger"] == before


def test_every_process_dies_with_the_first(serve: Serve) -> None:
    server = serve("--workers", "2")
    children = server.children()
    assert len(children) == 4
    server.kill()
    assert all(gone(pid) for pid in children)
    assert serve().ask("GET", "/readyz")[0] == 200


def test_another_worker_takes_the_place_of_one_that_dies(serve: Serve) -> None:
    server = serve("--workers", "2")
    time.sleep(4)  # one that dies sooner than this is not replaced: it may never be able to serve
    first, second = server.workers()
    os.kill(first, signal.SIGKILL)
    assert gone(first)
    deadline = time.monotonic() + 20
    while len(server.workers()) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert second in server.workers()
    assert first not in server.workers()
    assert server.ask("GET", "/readyz")[0] == 200


def test_the_service_ends_when_its_writer_dies(serve: Serve) -> None:
    server = serve("--workers", "2")
    os.kill(server.beside("writer"), signal.SIGKILL)
    assert server.process.wait(20) == 1
    assert "the writer process ended by itself" in server.process.communicate()[1]


def test_no_decision_is_answered_once_the_writer_is_gone(serve: Serve) -> None:
    server = serve()
    os.kill(server.process.pid, signal.SIGSTOP)  # it cannot end the service
    os.kill(server.beside("writer"), signal.SIGKILL)
    deadline = time.monotonic() + 5
    while server.ask("GET", "/readyz")[0] == 200:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert server.ask("POST", "/v1/decisions", ORDER)[0] == 503
    os.kill(server.process.pid, signal.SIGCONT)


def test_only_the_writer_has_the_signing_key(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = private_text("localhost/decisions", bytes(32))
    monkeypatch.setenv("SIGNING_KEY", key)
    server = serve()
    assert not (tmp_path / "data" / "signing.key").exists()
    assert server.ask("GET", "/v1/log/checkpoint")[0] == 200
    for worker in server.workers():
        assert key.encode() not in Path(f"/proc/{worker}/environ").read_bytes()


def test_a_broken_rule_file_does_not_start(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "policies"))
    rules = folder / "shop" / "size.yaml"
    rules.write_text(rules.read_text().replace("order.amount >=", "order.amuont >="))
    data = tmp_path / "data"
    code, out, err = ended(start("serve", "--port", "0", "--policies", str(folder), "--data-dir", str(data)))
    assert (code, out) == (1, "")
    assert "shop/size.yaml:" in err
    assert "did you mean `order.amount`?" in err
    assert "Traceback" not in err
    assert not data.exists()


def test_a_second_service_on_the_same_data_does_not_start(serve: Serve, tmp_path: Path) -> None:
    serve()
    data = str(tmp_path / "data")
    code, _, err = ended(start("serve", "--port", "0", "--policies", str(SAMPLE), "--data-dir", data))
    assert (code, err.count("\n")) == (1, 1)
    assert "in use by another service" in err


def test_a_port_in_use(running: Server, tmp_path: Path) -> None:
    port, other = str(running.port), str(tmp_path / "other")
    code, _, err = ended(start("serve", "--port", port, "--policies", str(SAMPLE), "--data-dir", other))
    assert (code, err) == (1, f"error: cannot listen on 127.0.0.1 port {port}: Address already in use\n")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--policies", "/no/such/folder"], "there is no policy folder `/no/such/folder`"),
        (
            ["--policies", str(SAMPLE), "--data-dir", "/dev/null/x"],
            "the data folder `/dev/null/x` cannot be used",
        ),
        (
            ["--policies", str(SAMPLE), "--host", "no.such.host.invalid"],
            "cannot listen on no.such.host.invalid",
        ),
    ],
)
def test_what_cannot_be_used_is_told_in_one_line(options: list[str], told: str, tmp_path: Path) -> None:
    data = [] if "--data-dir" in options else ["--data-dir", str(tmp_path / "data")]
    code, out, err = ended(start("serve", "--port", "0", *options, *data))
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(f"error: {told}")


def test_a_damaged_ledger_is_not_served(serve: Serve, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "ledger.sqlite").write_bytes(b"this is no ledger" * 100)
    code, out, err = ended(start("serve", "--port", "0", "--policies", str(SAMPLE), "--data-dir", str(data)))
    assert (code, out, err.count("\n")) == (1, "", 1)
