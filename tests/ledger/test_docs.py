"""`docs/ledger.md` is true: its program runs and finds changes, and its tables are those of the file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from service.ledger import Facet, Ledger
from service.ledger.schema import MIGRATIONS
from tests.ledger.helpers import ROOT, draft, facet, raw

PAGE = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")


@pytest.fixture
def filled(path: Path) -> Path:
    with Ledger.open(path) as ledger:
        ledger.append(draft("D-0", key="k", content={"\U0001f600": 1, "\uffff": [True, None, "第九条\n"]}))
        ledger.append(draft("D-1", subject=None, facets=()))
        ledger.append(draft("D-2", facets=(facet("a", "x"), Facet("b", "undecided", None, None))))
    return path


def verify(path: Path) -> subprocess.CompletedProcess[str]:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    script = path.with_name("verify.py")
    script.write_text(program, encoding="utf-8")
    command = [sys.executable, "-I", "-S", "-W", "error", str(script), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_program_of_the_page_agrees(filled: Path) -> None:
    done = verify(filled)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3 entries, all as written\n", "")


def test_the_program_of_the_page_runs_beside_the_service(ledger: Ledger, path: Path) -> None:
    ledger.append(draft())
    assert verify(path).stdout == "1 entries, all as written\n"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE entries SET subject = 'x' WHERE leaf_index = 2", "entry 2: not so: its column subject"),
        ("UPDATE entries SET key_hash = NULL WHERE leaf_index = 0", "entry 0: not so: its column key_hash"),
        (
            "UPDATE entries SET leaf_hash = zeroblob(32) WHERE leaf_index = 1",
            "entry 1: not so: its leaf hash",
        ),
        (
            "UPDATE entries SET canonical = CAST(canonical || ' ' AS BLOB) WHERE leaf_index = 1",
            "entry 1: not so: its bytes",
        ),
        (
            "UPDATE entries SET canonical = CAST(replace(CAST(canonical AS TEXT), 'C-10', 'C-11') AS BLOB)",
            "entry 0: not so: its leaf hash",
        ),
        ("DELETE FROM entries WHERE leaf_index = 1", "entry 1: not so: its number"),
        (
            "UPDATE entries SET canonical = CAST(replace(CAST(canonical AS TEXT), 'undecided', 'decided') AS BLOB)",
            "entry 2: not so: its leaf hash",
        ),
    ],
)
def test_the_program_of_the_page_finds_a_change(filled: Path, change: str, says: str) -> None:
    for (name,) in raw(filled, "SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        raw(filled, f"DROP TRIGGER {name}")
    raw(filled, change)
    done = verify(filled)
    assert done.returncode == 1
    assert done.stderr.startswith(says)


def test_the_tables_of_the_page_are_those_of_the_file(filled: Path) -> None:
    described = set(re.findall(r"`(\w+)`", PAGE))
    for (table,) in raw(filled, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        assert table in described
        columns = {name for (name,) in raw(filled, "SELECT name FROM pragma_table_info(?)", table)}
        assert columns <= described
    assert f"describes version {len(MIGRATIONS)}." in PAGE


def test_the_keys_of_the_page_are_those_of_an_entry(ledger: Ledger) -> None:
    section = PAGE.split("## Canonical form")[1].split("## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    described = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert described == set(ledger.append(draft()).entry.document)
