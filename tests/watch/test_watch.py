"""A watch takes notes and counts them; what the service does is in its numbers."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api import create_app
from service.decide import Decider, DecisionService
from service.ledger import Ledger, LedgerFailed
from service.watch import Lines, Tallies, Watch

Numbers = dict[tuple[str, ...], float]


class Reading(FlaskClient):
    """Reads every answer to its end, as callers do."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return super().open(*args, **{**kwargs, "buffered": True})


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def watch(stream: io.StringIO) -> Watch:
    ticks = iter(range(1_000_000))
    return Watch(lambda: next(ticks) / 1000, lambda: 1e9, None, Lines(stream, "json", "DEBUG"))


@pytest.fixture
def service(decider: Decider, ledger: Ledger, watch: Watch) -> DecisionService:
    return DecisionService(decider, ledger, meter=watch)


@pytest.fixture
def client(service: DecisionService, watch: Watch) -> FlaskClient:
    app = create_app(service, watch=watch)
    app.test_client_class = Reading
    return app.test_client()


def counted(watch: Watch) -> Numbers:
    return {(name, *labels): value for (name, labels), value in watch.whole().counts.items() if value}


def gauges(client: FlaskClient) -> dict[str, float]:
    text = client.get("/metrics").get_data(as_text=True)
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_decisions_by_ruleset_status_and_value(client: FlaskClient, watch: Watch, order: dict[str, Any]) -> None:
    client.post("/v1/decisions", json=order)
    client.post("/v1/decisions", json={"decide": ["size"], "facts": {"order": {"count": 1}}})
    found = counted(watch)
    assert found[("policy_decisions_total", "route", "decided")] == 1
    assert found[("policy_decisions_total", "size", "undecided")] == 1
    assert ("policy_decisions_total", "size", "decided") not in found, "needed, not asked for"
    assert found[("policy_outcomes_total", "route", "route", "slow")] == 1
    assert not [key for key in found if key[0] == "policy_outcomes_total" and key[2] in ("fee", "pieces")]


def test_repeats_and_refusals(client: FlaskClient, watch: Watch, order: dict[str, Any]) -> None:
    for _ in range(3):
        client.post("/v1/decisions", json=order, headers={"Idempotency-Key": "k"})
    client.post("/v1/decisions", json={})
    client.get("/v1/decisions/0197a0f0-0000-7000-8000-000000000000")
    client.open("/no/such/path", method="BREW")
    found = counted(watch)
    assert found[("policy_decisions_repeated_total",)] == 2
    assert found[("policy_refusals_total", "invalid-request", "422")] == 1
    assert found[("policy_requests_total", "/v1/decisions", "POST", "201")] == 1
    assert found[("policy_requests_total", "/v1/decisions", "POST", "200")] == 2
    assert found[("policy_requests_total", "/v1/decisions/<uuid:decision_id>", "GET", "404")] == 1
    assert found[("policy_requests_total", "-", "other", "404")] == 1


def test_batches_count_each_item(client: FlaskClient, watch: Watch, order: dict[str, Any]) -> None:
    client.post("/v1/decisions/batch", json={"items": [order, order, {}]})
    found = counted(watch)
    assert found[("policy_decisions_total", "route", "decided")] == 2
    assert watch.whole().histograms[("policy_record_seconds", ())][:-1].count(0) < 15


def test_a_decision_that_the_ledger_refuses_is_unanswered(
    client: FlaskClient, watch: Watch, ledger: Ledger, order: dict[str, Any]
) -> None:
    ledger.stop(LedgerFailed("gone"))
    assert client.post("/v1/decisions", json=order).status_code == 503
    client.post("/v1/decisions/batch", json={"items": [order, order]})
    found = counted(watch)
    assert found[("policy_decisions_unanswered_total",)] == 3
    assert ("policy_decisions_not_recorded_total",) not in found
    assert ("policy_decisions_total", "route", "decided") not in found
    assert gauges(client)["policy_ledger_healthy"] == 0


def test_disagreements(
    client: FlaskClient, watch: Watch, service: DecisionService, order: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = service.decider._checker
    monkeypatch.setattr(checker, "_reference", type("Nothing", (), {"decide": lambda *_: {}})())
    client.post("/v1/decisions", json=order)
    assert counted(watch)[("policy_cross_check_disagreements_total", "route")] == 1


def test_what_is_looked_at(client: FlaskClient, order: dict[str, Any]) -> None:
    client.post("/v1/decisions", json=order)
    found = gauges(client)
    assert (found["policy_ledger_entries"], found["policy_register_lag_entries"]) == (2, 2)
    assert (found["policy_ledger_healthy"], found["policy_folder_broken"]) == (1, 0)
    client.get("/v1/actions")
    assert gauges(client)["policy_register_lag_entries"] == 0


def test_commits_are_told_by_the_writer(watch: Watch, ledger: Ledger, decider: Decider, order: dict[str, Any]) -> None:
    ledger.writer.on_commit = watch.committed
    DecisionService(decider, ledger).submit(order)
    assert sum(watch.whole().histograms[("policy_ledger_batch_entries", ())][:-1]) == 2
    assert ledger.writer.lag == 0


def test_notes_do_not_heap_up_where_nobody_counts(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.watch.watch.MOST", 10)
    for _ in range(25):
        watch.committed(1, 0.1)
    assert len(watch._notes) == 5


def test_a_stop_counts_and_logs_what_is_left(watch: Watch, client: FlaskClient, stream: io.StringIO) -> None:
    told: list[Tallies] = []
    watch._shared.tell = told.append  # type: ignore[method-assign]
    client.get("/healthz")
    watch.close()
    assert told[0].counts[("policy_requests_total", ("/healthz", "GET", "200"))] == 1
    assert json.loads(stream.getvalue())["route"] == "/healthz"


HEADERS = ("Authorization", "Idempotency-Key", "X-Request-Id", "X-Other", "User-Agent", "traceparent", "Cookie")
MARK = "MARKER-张三-1024"
SPOILT = [
    ("POST", "/v1/decisions", {"subject": MARK, "decide": ["size"], "facts": {"order": {"amount": 1, "count": 1}}}),
    ("POST", "/v1/decisions", {"subject": MARK, "facts": {"order": {"kind": MARK, MARK: MARK}}, MARK: MARK}),
    ("POST", "/v1/decisions/batch", {"items": [{"subject": MARK, "facts": {"order": {"amount": MARK}}}]}),
    ("POST", "/v1/simulations", {"subject": MARK, "facts": {"order": {"kind": MARK}}}),
    ("GET", f"/v1/decisions?subject={MARK}", None),
    ("GET", f"/v1/decisions/{MARK}", None),
    ("GET", f"/{MARK}?{MARK}={MARK}", None),
    ("GET", f"/v1/actions?by={MARK}&{MARK}={MARK}", None),
    ("POST", f"/v1/actions/{MARK}/done", {"by": MARK}),
]


@pytest.mark.parametrize(("method", "path", "body"), SPOILT)
def test_nothing_that_was_sent_is_logged_or_counted(
    client: FlaskClient, watch: Watch, stream: io.StringIO, caplog: pytest.LogCaptureFixture, method: str, path: str,
    body: Any,
) -> None:  # fmt: skip
    client.open(path, method=method, json=body, headers=dict.fromkeys(HEADERS, "MARKER bearer"))
    client.open(path, method=method, json=body)
    text = client.get("/metrics").get_data(as_text=True)
    for told in (stream.getvalue(), text, caplog.text):
        assert "MARKER" not in told
        assert "张三" not in told


def test_an_unexpected_failure_tells_no_fact(
    client: FlaskClient, watch: Watch, service: DecisionService, stream: io.StringIO, order: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    logger = logging.getLogger("service.api.problem")
    handler = Lines(stream, "json", "INFO").handler(lambda: watch.current.request_id)
    logger.addHandler(handler)

    def fail(*_: object) -> None:
        raise KeyError(MARK)

    monkeypatch.setattr(service.decider.policy.engine, "decide", fail)
    answer = client.post("/v1/decisions", json=order)
    logger.removeHandler(handler)
    assert answer.status_code == 500
    line = json.loads(stream.getvalue().splitlines()[0])
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "KeyError" in line["exception"]
    assert MARK not in stream.getvalue()
