"""A service that lies is caught: about an answer, about a receipt, about its past."""

from __future__ import annotations

import base64
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from policy_decisions_client import Client, NotVerified, ProofError, PublicKey, Receipt

from service.api import create_app
from service.decide import Decider, DecisionService
from service.ledger import Log, Places
from tests.client.conftest import AT_ONCE, FACTS, URL, Between

Meddle = Callable[[Any], None]


def client(behind: httpx.BaseTransport, log: Log, **options: Any) -> Client:
    return Client(URL, transport=behind, verify_with=str(log.key), retry=AT_ONCE, **options)


def decide(one: Client) -> Any:
    return one.decide(FACTS, decide=["size"], subject="C-1024")


def test_decisions_that_are_on_record(served: httpx.WSGITransport, log: Log, tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint"
    with client(served, log, checkpoint_file=kept) as one:
        for _ in range(9):
            decision = decide(one)
        assert one.decision(decision.decision_id) == decision
        assert one.verify(decision).size == 10
    assert kept.read_text().startswith("log.example\n10\n")
    with client(served, log, checkpoint_file=kept) as later:
        assert decide(later).receipt.index == 10


def changed(path: str, meddle: Callable[[bytes], bytes]) -> Callable[[int, httpx.Response], httpx.Response]:
    """Answers under a path (ending) are changed on the way."""

    def between(_: int, answer: httpx.Response) -> httpx.Response:
        if not answer.request.url.path.endswith(path):
            return answer
        return httpx.Response(answer.status_code, content=meddle(answer.content), request=answer.request)

    return between


class Stamped(Between):
    """As `Between`; an answer knows its request, as it does behind a socket."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.behind.handle_request(request)
        answer.read()
        answer.request = request
        return self.meddle(0, answer)


def edited(edit: Meddle) -> Callable[[bytes], bytes]:
    def meddle(content: bytes) -> bytes:
        document = json.loads(content)
        edit(document)
        return json.dumps(document).encode()

    return meddle


LIES: dict[str, Meddle] = {
    "status": lambda d: d.update(status="undecided"),
    "subject": lambda d: d.update(subject="C-1025"),
    "as_of": lambda d: d.update(as_of="2026-11-22"),
    "decided_at": lambda d: d.update(decided_at="2026-11-23T07:20:31.123457Z"),
    "policy": lambda d: d["policy"].update(label="2"),
    "outcomes": lambda d: d["outcomes"]["size"]["values"].update(fee="0.00"),
    "required_actions": lambda d: d["required_actions"].pop(),
    "missing_facts": lambda d: d["missing_facts"].append("order.count"),
    "receipt": lambda d: d["receipt"].update(leaf_hash="00" * 32),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_not_on_record(served: httpx.WSGITransport, log: Log, lie: str) -> None:
    between = Stamped(served, changed("/v1/decisions", edited(LIES[lie])))
    with client(between, log) as one, pytest.raises(NotVerified, match=f"the log holds another {lie}"):
        decide(one)


def test_the_receipt_of_another_decision(served: httpx.WSGITransport, log: Log) -> None:
    with client(served, log) as one:
        other = one.receipt(decide(one).decision_id).text.encode()
    between = Stamped(served, changed("/receipt", lambda _: other))
    with client(between, log) as one, pytest.raises(NotVerified, match="another decision_id"):
        decide(one)


def test_a_receipt_with_a_changed_entry_does_not_verify(served: httpx.WSGITransport, log: Log) -> None:
    with client(served, log) as one:
        text = one.receipt(decide(one).decision_id).text
    line = text.split("\n")[1]
    entry = base64.b64decode(line[6:]).replace(b'"15.00"', b'"00.00"')
    forged = Receipt.parse(text.replace(line, f"extra {base64.b64encode(entry).decode()}"))
    with pytest.raises(ProofError, match="leads to another root"):
        forged.verify(_key(log))


def _key(log: Log) -> Any:
    return PublicKey.parse(str(log.key))


def test_a_receipt_signed_by_another_key(served: httpx.WSGITransport, tmp_path: Path) -> None:
    other = Log.open(Places(tmp_path / "l.sqlite", tmp_path / "other.key", "log.example"), {})
    with client(served, other) as one, pytest.raises(NotVerified, match="is not signed with the key"):
        decide(one)
    other.close()


@pytest.fixture
def forked(log: Log, decider: Decider, served: httpx.WSGITransport, tmp_path: Path) -> Any:
    """Makes another service on a copy of the log as it is now, with the same signing key."""
    opened = []

    def fork() -> httpx.WSGITransport:
        copy = tmp_path / f"copy-{len(opened)}"
        copy.mkdir()
        for file in tmp_path.glob("ledger.sqlite*"):
            if not file.name.endswith(".lock"):
                shutil.copy(file, copy)
        shutil.copy(tmp_path / "signing.key", copy)
        opened.append(Log.open(Places(copy / "ledger.sqlite", copy / "signing.key", "log.example"), {}))
        return httpx.WSGITransport(create_app(DecisionService(decider, opened[-1].ledger), opened[-1]))

    yield fork
    for one in opened:
        one.close()


@pytest.mark.parametrize("more", [0, 1, 5])
def test_a_rewritten_log_is_noticed(
    served: httpx.WSGITransport, log: Log, forked: Any, tmp_path: Path, more: int
) -> None:
    """Another history with the right key: shorter, as long, longer than the one that was seen."""
    kept = tmp_path / "checkpoint"
    with client(served, log, checkpoint_file=kept) as one:
        decide(one)
        other = forked()
        for _ in range(3):
            decide(one)
    with Client(URL, transport=other) as nobody:
        for _ in range(more):
            decide(nobody)
    seen = kept.read_text()
    with client(other, log, checkpoint_file=kept) as one, pytest.raises(NotVerified, match="the log was rewritten"):
        decide(one)
    assert kept.read_text() == seen


def test_threads_form_one_chain(served: httpx.WSGITransport, log: Log) -> None:
    failures: list[Exception] = []

    def work(one: Client) -> None:
        try:
            for _ in range(6):
                decide(one)
        except Exception as error:
            failures.append(error)

    with client(served, log) as one:
        threads = [threading.Thread(target=work, args=(one,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert one.verify(decide(one)).size == 26


def test_a_file_that_holds_no_checkpoint_is_refused(log: Log, tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint"
    kept.write_text("nothing\n")
    with pytest.raises(ProofError, match="a signed note is"):
        Client(URL, verify_with=str(log.key), checkpoint_file=kept)
    with pytest.raises(ValueError, match="only with `verify_with`"):
        Client(URL, checkpoint_file=kept)
