"""What only a checkpoint that was kept elsewhere shows, and checkpoints that prove nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service import audit
from service.export import Filters, records
from service.export.jsonl import lines
from service.ledger import Ledger
from service.proofs.checkpoint import Checkpoint
from service.proofs.export import Head
from service.proofs.notes import Signer
from service.proofs.receipt import Receipt
from tests.audit.conftest import SIZE
from tests.audit.helpers import Case, rewrite


@pytest.mark.parametrize("index", range(SIZE))
def test_forged_with_hash_and_tree(case: Case, index: int) -> None:
    """The owner rewrites an entry and all that follows from it; only the kept checkpoint shows it."""
    rewrite(case.ledger, index, lambda one: one["content"]["facts"]["order"].update(amount="90000.00"))
    assert audit.run(case.ledger).total == 0
    report = case.audit()
    assert report.total == 1
    assert report.first_bad == (0 if index < 5 else 5)
    span = "up to 4 is" if index < 5 else "up to 12 is"
    assert span in str(report.findings[0])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n5\n", "\n6\n"),
        lambda text: text.replace("log.example", "log.other", 1),
        lambda text: text[:-6] + "AAAA\n\n",
        lambda _: "",
        lambda _: "nothing of the kind\n",
    ],
)
def test_checkpoints_that_were_changed(case: Case, change: Callable[[str], str]) -> None:
    case.checkpoints.write_text(change(case.checkpoints.read_text()))
    report = case.audit()
    assert report.total > 0
    assert report.first_bad is None


def test_checkpoints_of_two_histories(case: Case) -> None:
    """Two roots for one size, both signed: the log has shown different things to different people."""
    signer = Signer("log.example", bytes(32))
    with Ledger.open(case.ledger) as ledger:
        right = Checkpoint("log.example", SIZE, ledger.head.root).signed(signer)
    wrong = Checkpoint("log.example", SIZE, bytes(32)).signed(signer)
    case.checkpoints.write_text(f"{right}\n{wrong}\n")
    assert audit.run(case.ledger, signer.key, [case.checkpoints]).total == 1
    assert audit.run(case.ledger, signer.key, [case.checkpoints, case.checkpoints]).total == 2 - 1


@pytest.fixture
def evidence(case: Case, tmp_path: Path) -> tuple[Path, Path]:
    """A receipt and an export that somebody keeps, of the ledger as it was."""
    receipt, export = tmp_path / "one.tlog-proof", tmp_path / "all.jsonl"
    signer = Signer("log.example", bytes(32))
    with Ledger.open(case.ledger) as ledger:
        note = Checkpoint("log.example", SIZE, ledger.head.root).signed(signer)
        entry = ledger.at(7)
        assert entry is not None
        receipt.write_text(Receipt(7, tuple(ledger.inclusion_proof(7, SIZE)), note, entry.canonical).text)
        chosen = records(ledger, Filters(), SIZE)
        export.write_bytes(b"".join(lines(Head(note, {}), chosen)))
    return receipt, export


def test_receipts_and_exports_are_held_against_it_too(case: Case, evidence: tuple[Path, Path]) -> None:
    key = Signer("log.example", bytes(32)).key
    report = audit.run(case.ledger, key, evidence)
    assert (report.total, report.checkpoints, report.covered) == (0, 2, SIZE)
    rewrite(case.ledger, 7, lambda one: one["content"].update(clause="x"))
    for path in evidence:
        (finding,) = audit.run(case.ledger, key, [path]).findings
        assert "the checkpoint of size 13" in str(finding)
    for path in evidence:
        path.write_bytes(path.read_bytes().replace(b"A", b"B", 1).replace(b"D-7", b"D-8", 1))
        (finding,) = audit.run(case.ledger, key, [path]).findings
        assert f"`{path}` proves nothing: " in str(finding)
