"""Killed under load: every decision that was acknowledged is on record, in an unbroken sequence."""

from __future__ import annotations

import http.client
import json
import signal
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

from tests.system.conftest import JSON, Server
from tests.system.test_releases import eventually

Serve = Callable[..., Server]
URL = "/v1/decisions"
CLIENTS = 6


class Client(threading.Thread):
    """Asks for decisions, each under its own key, until the service is gone; keeps what was acknowledged."""

    def __init__(self, server: Server, name: str) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.label = name
        self.acknowledged: dict[str, bytes] = {}
        self.statuses: set[int] = set()

    def run(self) -> None:
        with closing(self.server.connect()) as connection, suppress(OSError, http.client.HTTPException):
            for number in range(100_000):
                self.ask(connection, f"{self.label}-{number}")

    def ask(self, connection: http.client.HTTPConnection, key: str) -> None:
        connection.request("POST", URL, body(key), {**JSON, "Idempotency-Key": key})
        answer = connection.getresponse()
        document = answer.read()
        self.statuses.add(answer.status)
        if answer.status == 201:
            self.acknowledged[key] = document


def body(key: str) -> bytes:
    order: dict[str, Any] = {"amount": "1000.00", "count": 8}
    return json.dumps({"subject": key, "decide": ["size"], "facts": {"order": order}}).encode()


def under_load(server: Server, seconds: float, end: Callable[[], Any]) -> list[Client]:
    clients = [Client(server, f"c{number}") for number in range(CLIENTS)]
    for client in clients:
        client.start()
    time.sleep(seconds)
    end()
    for client in clients:
        client.join(20)
    return clients


def check(server: Server, clients: list[Client]) -> int:
    """Every acknowledged decision is served as it was; none is missing after the release. Returns their number."""
    connection = server.connect()
    for client in clients:
        for key, document in client.acknowledged.items():
            connection.request("GET", f"{URL}/{json.loads(document)['decision_id']}")
            answer = connection.getresponse()
            assert (key, answer.status, answer.read()) == (key, 200, document)
    indexes: list[int] = []
    cursor = ""
    while True:
        connection.request("GET", f"{URL}?limit=200{cursor}")
        page = json.loads(connection.getresponse().read())
        indexes += [item["receipt"]["index"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    connection.close()
    assert indexes == list(range(1, len(indexes) + 1))[::-1]
    return len(indexes)


def test_kill_9_under_load(serve: Serve) -> None:
    clients: list[Client] = []
    for seconds in (0.3, 0.8):
        server = serve()
        clients += under_load(server, seconds, server.kill)
    acknowledged = sum(len(client.acknowledged) for client in clients)
    assert acknowledged > 20
    assert all(client.statuses <= {200, 201} for client in clients)
    size = check(serve(), clients)
    assert acknowledged <= size <= acknowledged + len(clients)


def test_a_retry_after_a_kill_finds_its_decision(serve: Serve) -> None:
    server = serve()
    (client, *_) = under_load(server, 0.3, server.kill)
    again = serve()
    key, document = next(reversed(client.acknowledged.items()))
    code, found = again.ask("POST", URL, json.loads(body(key)), {"Idempotency-Key": key})
    assert (code, found) == (200, document)


def test_a_stop_is_told_at_once_and_waits_as_long_as_asked_for(serve: Serve) -> None:
    server = serve("--stop-delay", "3")
    kept = server.connect()
    kept.request("GET", "/readyz")
    assert kept.getresponse().read()
    server.process.send_signal(signal.SIGTERM)
    eventually(lambda: server.ask("GET", "/readyz")[0] == 503)
    told = json.loads(server.ask("GET", "/readyz")[1])
    assert [one["code"] for one in told["errors"]] == ["stopping"]
    code, decided = server.ask("POST", URL, json.loads(body("late")))
    assert (code, json.loads(decided)["status"]) == (201, "decided")
    kept.close()
    assert server.process.wait(20) == 0
    assert serve().ask("GET", f"{URL}/{json.loads(decided)['decision_id']}") == (200, decided)


def test_a_second_signal_does_not_wait(serve: Serve) -> None:
    server = serve("--stop-delay", "300")
    server.process.send_signal(signal.SIGTERM)
    eventually(lambda: server.ask("GET", "/readyz")[0] == 503)
    assert server.stop() == 0


def test_a_stop_answers_what_is_under_way(serve: Serve) -> None:
    server = serve()
    clients = under_load(server, 0.5, server.stop)
    assert server.process.returncode == 0
    assert all(client.statuses == {201} for client in clients)
    acknowledged = sum(len(client.acknowledged) for client in clients)
    assert acknowledged == check(serve(), clients)
