"""`run.py export` and `run.py verify`, and the script for those who use neither."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.ledger import Ledger
from tests.audit.helpers import Case
from tests.export.helpers import KINDS
from tests.ledger.helpers import ROOT

SCRIPT = ROOT / "docs" / "verify_export.py"


def run(*args: object, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(one) for one in args], input=given)


def export(data: Path, out: Path, *args: object) -> Result:
    return run("export", "--data-dir", data, "--out", out, *args)


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_verifies(whole: Case, data: Path, tmp_path: Path, kind: str) -> None:
    done = export(data, tmp_path, "--format", kind)
    assert (done.exit_code, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first == f"18 entries of 18 in `{tmp_path}/entries.{kind}`"
    assert second == "proved by the checkpoint of `log.example` over 18 entries"
    verified = run("verify", tmp_path / f"entries.{kind}", "--key", whole.key)
    assert (verified.exit_code, verified.stdout) == (
        0,
        "verified: 18 of the 18 entries in the log `log.example`, as they are recorded\n"
        "the whole log up to this checkpoint, without a gap\n",
    )


def test_every_filter(whole: Case, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "some.jsonl"
    filters = ("--since", "2026-11-23", "--until", "2026-11-23", "--subject", "客户 C-1024", "--ruleset", "size",
               "--outcome", "large", "--kind", "decision")  # fmt: skip
    assert export(data, out, *filters).stdout.startswith("2 entries of 18 in")
    verified = run("verify", out, "--key", whole.key)
    assert "chosen by kind decision, outcome large, ruleset size, since 2026-11-23, " in verified.stdout
    assert "nothing proves that no other entry passes" in verified.stdout


def test_what_does_not_verify(whole: Case, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"
    export(data, out)
    out.write_bytes(out.read_bytes().replace(b"action_done", b"action_dons", 1))
    failed = run("verify", out, "--key", whole.key)
    assert failed.exit_code == 1
    assert failed.stderr == "error: not verified: line 5: the proof leads to another root\n"
    (tmp_path / "other").write_bytes(b"no export\n" * 10)
    other = run("verify", tmp_path / "other", "--key", whole.key)
    assert (other.exit_code, "it is no receipt, and no export" in other.stderr) == (1, True)
    assert run("verify", tmp_path / "nope", "--key", whole.key).exit_code == 2


def test_from_the_standard_input(whole: Case, data: Path, tmp_path: Path) -> None:
    export(data, tmp_path)
    piped = run("verify", "-", "--key", whole.key, given=(tmp_path / "entries.jsonl").read_bytes())
    assert piped.stdout.startswith("verified: 18 of the 18 entries")


def test_beside_a_running_service(data: Path, tmp_path: Path) -> None:
    with Ledger.open(data / "ledger.sqlite"):
        refused = export(data, tmp_path)
    assert refused.exit_code == 1
    assert refused.stderr.startswith("error: the service is running, and only it signs: hand in a checkpoint from")
    assert list(tmp_path.glob("entries*")) == []


def test_under_a_checkpoint_that_is_handed_in(whole: Case, data: Path, tmp_path: Path) -> None:
    with Ledger.open(data / "ledger.sqlite"):
        done = export(data, tmp_path, "--checkpoint", whole.checkpoints, "--key", whole.key)
    assert done.stdout.startswith("18 entries of 18")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--format", "xml"), 2),
        (("--since", "soon"), 2),
        (("--since", "2026-11-24", "--until", "2026-11-23"), 2),
        (("--checkpoint", "nope"), 2),
        (("--out", "no/such/x"), 1),
    ],
)
def test_what_it_refuses(data: Path, tmp_path: Path, args: tuple[str, ...], code: int) -> None:
    refused = export(data, tmp_path, *args)
    assert refused.exit_code == code
    assert refused.stderr.splitlines()[-1].lower().startswith("error: ")


def test_where_there_is_no_ledger(tmp_path: Path) -> None:
    refused = export(tmp_path, tmp_path)
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)


def script(path: Path, key: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", str(SCRIPT), str(path), str(key)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_script_agrees(whole: Case, data: Path, tmp_path: Path) -> None:
    key, out = tmp_path / "pub", tmp_path / "all.jsonl"
    key.write_text(f"{whole.key}\n")
    export(data, out)
    done = script(out, key)
    assert (done.returncode, done.stdout, done.stderr) == (0, "18 entries, all in the log\n", "")
    plain = out.read_bytes()
    lines = plain.splitlines(keepends=True)
    broken = {
        "line 5: the log does not hold": plain.replace(b"action_done", b"action_dons", 1),
        "line 3: no entry": plain.replace(b'{"entry":', b'{"entri":', 2).replace(b'{"entri":', b'{"entry":', 1),
        "the last line is missing": b"".join(lines[:-1]),
        "18 entries, not as many": b"".join([*lines[:-1], b'{"entries":19}\n']),
        "line 3: not in the order": b"".join([lines[0], lines[1], *lines[1:]]),
        "no filter, but 17": b"".join([lines[0], *lines[2:-1], b'{"entries":17}\n']),
        "line 21: it stands after": plain + lines[1],
        "not verified: ": b"{}\n",
    }
    for says, changed in broken.items():
        out.write_bytes(changed)
        done = script(out, key)
        assert done.returncode == 1, says
        assert says in done.stderr


def test_the_script_is_short() -> None:
    assert SCRIPT.read_text(encoding="utf-8").count("\n") < 100
