"""The checkpoint that an export stands under: handed in, kept, or signed now; never one that does not fit."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from service.export import NotCovered, covering
from service.export.covering import Covering
from service.ledger import KeyUnusable, Ledger, Log, Places
from service.ledger.reader import Reader
from service.proofs.checkpoint import Checkpoint
from service.proofs.notes import Signer, VerifierKey
from tests.export.helpers import SIZE

OTHER = Signer("log.example", bytes(32))


@pytest.fixture
def mine(places: Places, tmp_path: Path) -> Places:
    """Copies, with a place to keep checkpoints."""
    ledger, key = (Path(shutil.copy(one, tmp_path)) for one in (places.ledger, places.key))
    return Places(ledger, key, "log.example", tmp_path / "kept")


def found(places: Places, given: Path | None = None, key: VerifierKey | None = None) -> Covering:
    with Reader.open(places.ledger) as reader:
        return covering(reader, places, given, key, {})


def kept(places: Places, sizes: list[int], signer: Signer | None = None) -> None:
    log = Log.open(replace(places, checkpoints=None), {})
    notes = [Checkpoint("log.example", size, log.ledger.root_at(size)).signed(signer or log._signer) for size in sizes]
    log.close()
    assert places.checkpoints is not None
    places.checkpoints.write_text("\n".join(notes))


def test_one_is_signed_now_while_no_service_runs(mine: Places) -> None:
    under = found(mine)
    assert under.checkpoint.size == SIZE
    assert found(mine) == under
    with Ledger.open(mine.ledger) as ledger:
        assert under.checkpoint.root == ledger.head.root


def test_the_newest_that_is_kept(mine: Places) -> None:
    kept(mine, [3, 11])
    assert found(mine).checkpoint.size == 11


def test_a_file_that_has_none_yet_is_as_no_file(mine: Places) -> None:
    assert mine.checkpoints is not None
    mine.checkpoints.touch()
    assert found(mine).checkpoint.size == SIZE
    with pytest.raises(NotCovered, match="is not one of this log"):
        found(mine, mine.checkpoints)


def test_one_that_is_handed_in_goes_first(mine: Places, tmp_path: Path) -> None:
    kept(mine, [3])
    assert mine.checkpoints is not None
    given = mine.checkpoints.rename(tmp_path / "given")
    kept(mine, [11])
    assert found(mine, given).checkpoint.size == 3


def test_a_running_service_is_not_signed_for(mine: Places) -> None:
    with Ledger.open(mine.ledger), pytest.raises(NotCovered, match="the service is running, and only it signs"):
        found(mine)
    assert found(mine).checkpoint.size == SIZE
    Ledger.open(mine.ledger).close()


def test_beside_a_running_service_with_one_handed_in(mine: Places) -> None:
    kept(mine, [11])
    with Ledger.open(mine.ledger):
        assert found(mine).checkpoint.size == 11


def test_no_key_is_made(mine: Places) -> None:
    mine.key.unlink()
    with pytest.raises(NotCovered, match="there is no signing key"):
        found(mine)
    kept_by = OTHER.key
    assert not mine.key.exists()
    assert mine.checkpoints is not None
    with Ledger.open(mine.ledger) as ledger:
        mine.checkpoints.write_text(Checkpoint("log.example", 2, ledger.root_at(2)).signed(OTHER))
    with pytest.raises(NotCovered, match="hand in the public key"):
        found(mine)
    assert found(mine, key=kept_by).checkpoint.size == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (Checkpoint("log.example", 3, bytes(32)).signed(OTHER), "is not one of this log"),
        ("nothing of the kind\n", "is not one of this log"),
    ],
)
def test_what_is_no_checkpoint_of_this_log(mine: Places, text: str, says: str) -> None:
    assert mine.checkpoints is not None
    mine.checkpoints.write_text(text)
    with pytest.raises(NotCovered, match=says):
        found(mine)


@pytest.mark.parametrize(("size", "says"), [(3, "is not the one"), (SIZE + 1, "the ledger has 18: it is cut")])
def test_a_ledger_that_does_not_fit(mine: Places, size: int, says: str) -> None:
    assert mine.checkpoints is not None
    mine.checkpoints.write_text(Checkpoint("log.example", size, bytes(32)).signed(OTHER))
    with pytest.raises(NotCovered, match=says):
        found(mine, key=OTHER.key)


def test_a_key_that_others_can_read(mine: Places) -> None:
    mine.key.chmod(0o644)
    with pytest.raises(KeyUnusable, match="can be read by others"):
        found(mine)
