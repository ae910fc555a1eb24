"""`run.py audit`: what it prints, and how it ends."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from tests.audit.every_kind import DECISIONS, SIZE
from tests.audit.helpers import Case, owner, rewrite

SEALED = (
    "1 erased: cannot be decided again,"
    " 1 not to be decided again: their release, or the key of their facts, is not there"
)


@pytest.fixture
def case(whole: Case, tmp_path: Path) -> Case:
    return Case(Path(shutil.copy(whole.ledger, tmp_path)), whole.checkpoints, whole.key)


def run(case: Case, *options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["audit", str(case.ledger), *options])
    return result.exit_code, result.stdout, result.stderr


def held(case: Case) -> tuple[str, ...]:
    return "--key", str(case.key), "--checkpoints", str(case.checkpoints)


def test_a_ledger_as_it_was_written(case: Case) -> None:
    code, out, err = run(case, *held(case))
    assert (code, err) == (0, "")
    first, second, third = out.splitlines()
    assert first.startswith(f"ok: {SIZE} entries, root ")
    assert second == f"1 checkpoints fit; the newest covers {SIZE} of {SIZE} entries"
    assert third == f"decided again, a sample of {DECISIONS} decisions: {DECISIONS - 2} the same, {SEALED}"


def test_without_checkpoints_it_says_what_it_cannot_see(case: Case) -> None:
    code, out, _ = run(case, "--replay", "none")
    assert code == 0
    assert "held against no checkpoint: a cut tail, or a ledger rewritten as a whole" in out
    assert out.endswith("no decision was decided again\n")


def test_it_names_the_first_bad_entry(case: Case) -> None:
    with owner(case.ledger) as connection:
        connection.execute("UPDATE entries SET subject = 'x' WHERE leaf_index > 9")
    code, out, _ = run(case, *held(case))
    assert code == 1
    assert out.splitlines()[0] == "entry 10: its column `subject` is not that of its bytes"
    assert f"not as it was written: 8 findings in {SIZE} entries; the first bad entry is 10\n" in out


def test_it_decides_all_again(case: Case) -> None:
    rewrite(case.ledger, 2, lambda one: one["content"].update(status="error"))
    code, out, _ = run(case, "--replay", "all")
    assert code == 1
    assert out.splitlines()[0].startswith("entry 2: decided again it differs at `/content/status`: `error` recorded")
    assert out.endswith(f"decided again, all decisions: 6 the same, 1 different, {SEALED}\n")


def test_what_it_refuses(case: Case, tmp_path: Path) -> None:
    code, _, err = run(case, "--checkpoints", str(case.checkpoints))
    assert code == 2
    assert "needs --key" in err
    assert run(case, "--key", "nonsense")[0] == 2
    assert "`some` is not `none`, a number, or `all`" in run(case, "--replay", "some")[2]
    (tmp_path / "other").write_bytes(b"no database" * 500)
    for name in ("nope", "other"):
        missing = CliRunner().invoke(main, ["audit", str(tmp_path / name)])
        assert (missing.exit_code, missing.stderr.count("\n")) == (1, 1)
