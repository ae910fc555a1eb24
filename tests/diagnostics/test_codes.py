"""Every code has an entry, and every entry's examples are run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from docs.codes import Entry, entries
from docs.generate import HERE, PAGES
from tests.conftest import ROOT
from tests.diagnostics.helpers import BASE, check, codes, files_of, write

ENTRIES = entries()
PARTS = {"what": {"alias", "anchor", "directive", "tag"}}
"""Codes whose text is made from an argument: see `refused`, `unused`, `unknown_name` and `duplicate_name`."""


def said_in(path: Path) -> set[str]:
    """The codes that a file can raise: the first argument of `say`, `Finding` and `Diagnostic`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if name in ("say", "Finding", "Diagnostic") and isinstance(node, ast.Call) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                found.add(str(first.value))
            elif isinstance(first, ast.Name):
                found |= PARTS.get(first.id, set())
    return found


def names_in(path: Path, *functions: str, prefix: str) -> set[str]:
    """Codes made of a prefix and the text given to one of these functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in functions:
            found |= {f"{prefix}-{a.value}" for a in node.args[:2] if isinstance(a, ast.Constant)}
    return found


def test_every_code_has_an_entry_and_only_those() -> None:
    raised: set[str] = set()
    service = ROOT / "service"
    for path in [*(ROOT / "rules").rglob("*.py"), service / "policy_files.py", service / "repository.py"]:
        raised |= said_in(path)
        if "rules/syntax" in path.as_posix():
            raised |= names_in(path, "unknown_name", prefix="unknown")
            raised |= names_in(path, "duplicate_name", prefix="duplicate")
        if "rules/check" in path.as_posix():
            raised |= names_in(path, "unused", prefix="unused")
    assert {entry.code for entry in ENTRIES} == raised


def test_codes_are_words_joined_by_hyphens() -> None:
    for entry in ENTRIES:
        assert entry.code.replace("-", "").replace("8", "").isalpha(), entry.code
        assert entry.code == entry.code.lower()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_the_bad_example_raises_its_code_and_the_mended_one_does_not(entry: Entry, tmp_path: Path) -> None:
    bad = check(write(tmp_path / "bad", entry.example(mended=False)), "--format", "json")
    assert codes(bad) == {entry.code}
    mended = entry.example(mended=True)
    if mended == files_of(BASE):
        return  # which is without fault, as another test has it
    good = check(write(tmp_path / "good", mended), "--format", "json")
    assert entry.code not in codes(good)
    assert good.exit_code == 0


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_up_to_date(name: str) -> None:
    assert (HERE / name).read_text(encoding="utf-8") == PAGES[name](), "write it anew with `make docs`"
