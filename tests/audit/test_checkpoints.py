"""What only a checkpoint that was kept elsewhere shows, and checkpoints that prove nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from service import audit
from service.ledger import Ledger
from service.proofs.checkpoint import Checkpoint
from service.proofs.notes import Signer
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
