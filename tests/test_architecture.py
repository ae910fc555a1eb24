"""Imports run one way only, and rooms stay small."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.conftest import ROOT

ORDER = [
    ["rules.source"], ["rules.errors"], ["rules.model"], ["rules.feel"], ["rules.syntax"], ["rules.check"],
    ["rules.engines"], ["rules.analysis"], ["service.proofs"], ["service.ledger"], ["service.audit"],
    ["service.personal"], ["service.register"], ["service.watch"], ["service.background"], ["service.callers"],
    ["service.repository"],
    ["service.decide"], ["service.checks"], ["service.export"], ["service.api"], ["service.ui"], ["service.cli"],
    ["run"],
]  # fmt: skip
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
FILES = sorted([*(ROOT / "rules").rglob("*.py"), *(ROOT / "service").rglob("*.py"), ROOT / "run.py"])
IMPURE = {"flask", "sqlite3", "sqlite_utils", "socket", "http", "urllib", "time", "random", "os", "pathlib",
          "subprocess", "logging", "threading", "asyncio"}  # fmt: skip
THREADS = {"rules/engines/durable"}
"""Where a thread of its own for each engine instance is the point."""


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(module: str) -> str | None:
    return next((name for name in RANK if module == name or module.startswith(name + ".")), None)


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_run_against_the_arrow(path: Path) -> None:
    here = room(module_name(path))
    if here is None:
        return
    for name in imported(tree_of(path)):
        there = room(name)
        if there is not None and there != here:
            assert RANK[there] < RANK[here], f"{here} must not import {name}"


@pytest.mark.parametrize("path", sorted((ROOT / "rules").rglob("*.py")), ids=lambda p: p.name)
def test_the_rules_touch_nothing_outside(path: Path) -> None:
    relative = path.relative_to(ROOT).as_posix()
    for name in imported(tree_of(path)):
        root = name.split(".")[0]
        if root == "threading" and any(relative.startswith(folder) for folder in THREADS):
            continue
        assert root not in IMPURE, f"{relative} imports {name}"


def test_the_installation_brings_what_is_imported() -> None:
    """Not what happens to be there because tests or other libraries want it. Only tracing is left to who wants it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {normalized(re.split(r"[<>=\[]", one)[0]) for one in project["dependencies"]}
    brought = {name for name, some in packages_distributions().items() if declared & set(map(normalized, some))}
    known = brought | sys.stdlib_module_names | {"rules", "service"}
    for path in FILES:
        wanted = {name.split(".")[0] for name in imported(tree_of(path))} - known
        assert not wanted or (path.name, wanted) == ("tracing.py", {"opentelemetry"}), f"{path.name} imports {wanted}"


def normalized(distribution: str) -> str:
    """Its name as PEP 503 compares them."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_only_the_api_knows_flask() -> None:
    knowing = {
        path.relative_to(ROOT).parts[:2]
        for path in FILES
        if any(n.split(".")[0] == "flask" for n in imported(tree_of(path)))
    }
    assert knowing == {("service", "api")}


def test_the_ledger_stands_alone() -> None:
    for path in (ROOT / "service" / "ledger").rglob("*.py"):
        for name in imported(tree_of(path)):
            outside = name.startswith("rules") or (
                name.startswith("service.") and not name.startswith(("service.ledger", "service.proofs"))
            )
            assert not outside, f"{path.name} imports {name}"


def test_no_engine_but_the_interpreter_knows_its_evaluation() -> None:
    for path in (ROOT / "rules" / "engines" / "durable").rglob("*.py"):
        for name in imported(tree_of(path)):
            assert not name.startswith(("rules.engines.evaluation", "rules.engines.interpreter")), path.name


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 320, "a file that wants more is two things"
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno
            assert length <= 45, f"{node.name} has {length} lines"


def test_checked_policies_come_from_check_alone() -> None:
    for path in FILES:
        tree = tree_of(path)
        makes = any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "CheckedPolicySet"
            for node in ast.walk(tree)
        )
        assert not makes or module_name(path) == "rules.check", path
