"""`run.py audit`: what it prints, and how it ends."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from service.cli import main
from tests.audit.conftest import SIZE
from tests.audit.helpers import Case, owner


def run(case: Case, *options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["audit", str(case.ledger), *options])
    return result.exit_code, result.stdout, result.stderr


def held(case: Case) -> tuple[str, ...]:
    return "--key", str(case.key), "--checkpoints", str(case.checkpoints)


def test_a_ledger_as_it_was_written(case: Case) -> None:
    code, out, _ = run(case, *held(case))
    assert code == 0
    assert out.startswith(f"ok: {SIZE} entries, root ")
    assert out.endswith(f"2 checkpoints fit; the newest covers {SIZE} of {SIZE} entries\n")


def test_without_checkpoints_it_says_what_it_cannot_see(case: Case) -> None:
    code, out, _ = run(case)
    assert code == 0
    assert "held against no checkpoint: a cut tail, or a ledger rewritten as a whole" in out


def test_it_names_the_first_bad_entry(case: Case) -> None:
    with owner(case.ledger) as connection:
        connection.execute("UPDATE entries SET subject = 'x' WHERE leaf_index > 6")
    code, out, _ = run(case, *held(case))
    assert code == 1
    assert out.splitlines()[0] == "entry 7: its column `subject` is not that of its bytes"
    assert out.endswith(f"not as it was written: 6 findings in {SIZE} entries; the first bad entry is 7\n")


def test_what_it_refuses(case: Case, tmp_path: Path) -> None:
    code, _, err = run(case, "--checkpoints", str(case.checkpoints))
    assert code == 2
    assert "needs --key" in err
    assert run(case, "--key", "nonsense")[0] == 2
    missing = CliRunner().invoke(main, ["audit", str(tmp_path / "nope")])
    assert (missing.exit_code, missing.stderr.count("\n")) == (1, 1)
