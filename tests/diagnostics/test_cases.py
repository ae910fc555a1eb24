"""Bad policy files beside the exact text that `run.py check` gives for them.

A case is a folder: its YAML files are laid over those of `base`, and a line `without: FILE` at the top of
`expected.txt` takes one away. `UPDATE=1 pytest tests/diagnostics` writes the expectations anew; read what
changed before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from docs.codes import entries
from tests.diagnostics.helpers import BASE, CASES, check, files_of, write

UPDATE = bool(os.environ.get("UPDATE"))
WITHOUT = "without: "
MADE = {"too-large", "too-long-line", "too-many-values", "policy-too-large"}
"""Their files are large or many, so they are made by the test of the codes and by those of bombs."""


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_a_bad_policy(case: Path, tmp_path: Path) -> None:
    told = case / "expected.txt"
    known = told.read_text(encoding="utf-8") if told.exists() else ""
    taken = [line for line in known.splitlines() if line.startswith(WITHOUT)]
    files = {**files_of(BASE), **files_of(case)}
    for line in taken:
        del files[line.removeprefix(WITHOUT)]
    result = check(write(tmp_path, files))
    found = "".join(line + "\n" for line in taken) + result.stderr + f"exit code {result.exit_code}\n"
    if UPDATE:
        told.write_text(found, encoding="utf-8")
    assert found == known or UPDATE


def test_the_base_is_without_fault() -> None:
    result = check(BASE, "--strict")
    assert (result.exit_code, result.stderr) == (0, "")


def test_every_code_has_a_case() -> None:
    told = "".join((case / "expected.txt").read_text(encoding="utf-8") for case in CASES.iterdir())
    missing = {entry.code for entry in entries() if f"[{entry.code}]" not in told}
    assert missing <= MADE
    assert len(list(CASES.iterdir())) >= 80
