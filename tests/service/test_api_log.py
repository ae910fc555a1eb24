"""The log and its receipts over HTTP, verified by those who do not trust the service."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from service.api import create_app
from service.cli import main
from service.decide import Decider, DecisionService
from service.ledger import Log, Places
from service.proofs import receipt
from service.proofs.checkpoint import Checkpoint, open_checkpoint
from service.proofs.merkle import leaf_hash, verify_consistency, verify_inclusion
from service.proofs.notes import VerifierKey
from tests.conftest import ROOT

Json = dict[str, Any]
SIZE = 8
"""The release first, then seven decisions."""


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    opened = Log.open(Places(tmp_path / "ledger.sqlite", tmp_path / "signing.key", "log.example"), {})
    yield opened
    opened.close()


@pytest.fixture
def signed(log: Log, decider: Decider) -> FlaskClient:
    return create_app(DecisionService(decider, log.ledger), log).test_client()


@pytest.fixture
def decided(signed: FlaskClient, order: Json) -> list[Json]:
    """Seven decisions on record."""
    return [signed.post("/v1/decisions", json=order).get_json() for _ in range(1, SIZE)]


def key(client: FlaskClient) -> VerifierKey:
    return VerifierKey.parse(client.get("/v1/log/key").text.strip())


def checkpoint(client: FlaskClient) -> Checkpoint:
    return open_checkpoint(client.get("/v1/log/checkpoint").data, key(client))


def hashes(client: FlaskClient, query: str) -> list[bytes]:
    return [bytes.fromhex(one) for one in client.get(f"/v1/log/proof/{query}").get_json()["hashes"]]


def test_every_decision_is_in_the_log(signed: FlaskClient, decided: list[Json]) -> None:
    now = checkpoint(signed)
    assert now.size == SIZE
    for index, document in enumerate(decided, 1):
        entry = signed.get(f"/v1/log/entries/{index}")
        assert entry.get_json()["entry_id"] == document["decision_id"]
        leaf = leaf_hash(entry.data)
        assert document["receipt"] == {"index": index, "leaf_hash": leaf.hex()}
        verify_inclusion(index, SIZE, leaf, hashes(signed, f"inclusion?index={index}"), now.root)


def test_the_log_only_grows(signed: FlaskClient, order: Json) -> None:
    seen: list[Checkpoint] = []
    for size in range(2, SIZE + 1):
        signed.post("/v1/decisions", json=order)
        now = checkpoint(signed)
        for old in seen:
            proof = hashes(signed, f"consistency?old={old.size}&size={size}")
            verify_consistency(old.size, size, proof, old.root, now.root)
        seen.append(now)
    entry = signed.get("/v1/log/entries/2").data
    for old in seen[1:]:
        proof = hashes(signed, f"inclusion?index=2&size={old.size}")
        verify_inclusion(2, old.size, leaf_hash(entry), proof, old.root)


def test_a_receipt_verifies(signed: FlaskClient, decided: list[Json]) -> None:
    for index, document in enumerate(decided, 1):
        answer = signed.get(f"/v1/decisions/{document['decision_id']}/receipt")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{document["decision_id"]}.tlog-proof"'
        found = receipt.parse(answer.data)
        assert found.verify(key(signed)).size == SIZE
        assert (found.index, found.extra) == (index, signed.get(f"/v1/log/entries/{index}").data)


def test_what_is_not_in_the_log(signed: FlaskClient, decided: list[Json]) -> None:
    for path in ("entries/8", "entries/-1", "entries/x", "entries/01", "entries/" + "9" * 40, "entries/", "nope"):
        assert signed.get(f"/v1/log/{path}").status_code == 404, path
    for name in ("01a20928-2ce7-74cc-a777-e3b4cc962397", "é", "%00"):
        assert signed.get(f"/v1/decisions/{name}/receipt").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["inclusion", "inclusion?index=8", "inclusion?index=-1", "inclusion?index=3&size=3", "inclusion?index=0&size=0",
     "inclusion?index=0&size=9", "inclusion?index=1&index=2", "inclusion?old=1", "inclusion?index=x",
     "consistency", "consistency?old=0", "consistency?old=9", "consistency?old=3&size=2", "consistency?old=1&size=9",
     "consistency?index=1", "consistency?old=1.0"],
)  # fmt: skip
def test_what_has_no_proof_is_told(signed: FlaskClient, decided: list[Json], query: str) -> None:
    answer = signed.get(f"/v1/log/proof/{query}")
    assert answer.status_code == 422
    assert answer.get_json()["errors"]


def test_a_log_without_decisions(signed: FlaskClient) -> None:
    assert checkpoint(signed).size == 1
    for query in ("inclusion?index=1", "consistency?old=0"):
        assert signed.get(f"/v1/log/proof/{query}").status_code == 422


def test_a_stopped_ledger_signs_nothing(signed: FlaskClient, log: Log, decided: list[Json]) -> None:
    log.ledger.stop(OSError("gone"))
    decision = decided[0]["decision_id"]
    paths = ("/readyz", "/v1/log/checkpoint", f"/v1/decisions/{decision}/receipt", "/v1/log/proof/consistency?old=1")
    for path in paths:
        assert signed.get(path).status_code == 503, path


def test_the_api_document_has_the_log(signed: FlaskClient) -> None:
    paths = signed.get("/openapi.json").get_json()["paths"]
    assert "/v1/decisions/{decision_id}/receipt" in paths
    assert len([path for path in paths if path.startswith("/v1/log/")]) == 5


@pytest.fixture
def files(signed: FlaskClient, decided: list[Json], tmp_path: Path) -> tuple[Path, Path]:
    """A receipt and a public key as an auditor has them."""
    one, public = tmp_path / "receipt.tlog-proof", tmp_path / "log.pub"
    one.write_bytes(signed.get(f"/v1/decisions/{decided[3]['decision_id']}/receipt").data)
    public.write_bytes(signed.get("/v1/log/key").data)
    return one, public


def run(*args: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [str(one) for one in args])
    return result.exit_code, result.stdout, result.stderr


def alone(*args: object) -> tuple[int, str, str]:
    command = [sys.executable, "-I", "-W", "error", ROOT / "docs" / "verify_receipt.py", *args]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_the_command_verifies_a_receipt(files: tuple[Path, Path], decided: list[Json]) -> None:
    code, out, _ = run("verify", files[0], "--key", files[1])
    assert (code, out.splitlines()[0]) == (0, "verified: entry 4 of 8 in the log `log.example`")
    assert decided[3]["decision_id"] in out
    assert run("verify", files[0], "--key", files[1].read_text().strip())[0] == 0
    assert run("verify", files[0], "--key", files[1], "--entry")[1].startswith('{"as_of":')


def test_the_program_that_stands_alone_verifies_a_receipt(files: tuple[Path, Path], decided: list[Json]) -> None:
    code, out, err = alone(*files)
    assert (code, err) == (0, "")
    assert decided[3]["decision_id"] in out
    assert len((ROOT / "docs" / "verify_receipt.py").read_text().splitlines()) <= 100


def changes(text: str) -> Iterator[str]:
    """One change in each line of a receipt, then lines dropped, swapped and doubled."""
    lines = text.split("\n")
    for place, line in enumerate(lines[:-1]):
        middle = len(line) // 2
        other = "A" if line[middle : middle + 1] != "A" else "B"
        yield "\n".join([*lines[:place], line[:middle] + other + line[middle + 1 :], *lines[place + 1 :]])
        yield "\n".join([*lines[:place], *lines[place + 1 :]])
        if not line.startswith("—"):  # the same signature twice is one signature
            yield "\n".join([*lines[: place + 1], line, *lines[place + 1 :]])
        if line != lines[place + 1]:
            yield "\n".join([*lines[:place], lines[place + 1], line, *lines[place + 2 :]])


def test_no_changed_receipt_verifies(files: tuple[Path, Path], tmp_path: Path) -> None:
    text = files[0].read_text(encoding="utf-8")
    changed = tmp_path / "changed"
    for number, other in enumerate(changes(text)):
        if other.endswith("\n\n"):
            continue
        changed.write_text(other, encoding="utf-8")
        code, out, err = run("verify", changed, "--key", files[1])
        assert (code, out) == (1, ""), other
        assert err.startswith("error: not verified: ")
        if number % 5 == 0:  # each is a process of its own
            assert alone(changed, files[1])[0] == 1, other


def test_another_key_verifies_nothing(files: tuple[Path, Path], tmp_path: Path) -> None:
    other = Log.open(Places(tmp_path / "other.db", tmp_path / "other.key", "log.example"), {})
    other.close()
    files[1].write_text(f"{other.key}\n")
    assert "no known key" in run("verify", files[0], "--key", files[1])[2]
    assert "not signed with this key" in alone(*files)[2]
    assert run("verify", files[0], "--key", "nonsense")[0] == 2


def test_the_command_shows_the_key(tmp_path: Path, log: Log) -> None:
    assert run("key", "--data-dir", tmp_path) == (0, f"{log.key}\n", "")
    made = run("key", "--make", "log.example/x", "--signing-key-file", tmp_path / "other" / "key")
    assert (made[0], made[1].startswith("log.example/x+")) == (0, True)
    assert run("key", "--signing-key-file", tmp_path / "other" / "key") == made
    code, _, err = run("key", "--data-dir", tmp_path / "nope")
    assert (code, err.count("\n")) == (1, 1)
