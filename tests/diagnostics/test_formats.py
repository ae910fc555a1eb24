"""The other forms of the same diagnostics, and how a line is drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules.errors import Diagnostic, counted, draw, report
from rules.source import Span
from service.cli.formats import as_annotation
from tests.diagnostics.helpers import BASE, CASES, check, files_of, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", {**files_of(BASE), **files_of(CASES / "cell-in-a-table-after-chinese")})


def test_json(folder: Path) -> None:
    result = check(folder, "--format", "json")
    first = json.loads(result.stdout)[0]
    assert result.exit_code == 1
    assert first == {
        "code": "not-an-allowed-value", "severity": "error", "file": "shop/discount.yaml",
        "line": 19, "column": 29, "end_column": 35, "path": "table.DIS-3.customer.size",
        "message": "`smal` is not an allowed value here", "hint": "did you mean `small`?",
        "docs": "docs/errors.md#not-an-allowed-value",
    }  # fmt: skip
    assert json.loads(check(BASE, "--format", "json").stdout) == []


def test_github(folder: Path) -> None:
    result = check(folder, "--format", "github")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == (
        f"::error file={folder}/shop/discount.yaml,line=19,col=29,endColumn=35,title=not-an-allowed-value::"
        "`smal` is not an allowed value here%0Adid you mean `small`?%0Asee docs/errors.md#not-an-allowed-value"
    )


def test_github_escapes_what_its_commands_use() -> None:
    one = Diagnostic("a-code", Span("a,b:c%.yaml", 1, 2, 3), "100%\r\nand, more: than", severity="warning")
    assert as_annotation(one, ".") == (
        "::warning file=a%2Cb%3Ac%25.yaml,line=1,col=2,endColumn=5,title=a-code::"
        "100%25%0D%0Aand, more: than%0Asee docs/errors.md#a-code"
    )


def test_strict_takes_warnings_for_errors(tmp_path: Path) -> None:
    folder = write(tmp_path, {**files_of(BASE), **files_of(CASES / "never-holds")})
    lenient, strict = check(folder), check(folder, "--strict")
    assert (lenient.exit_code, strict.exit_code) == (0, 1)
    assert lenient.stdout.startswith("ok: ")
    assert "warning[never-holds]" in lenient.stderr
    assert "error[never-holds]" in strict.stderr
    assert strict.stderr.endswith("1 error\n")


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_a_policy_without_fault_ends_with_0(form: str) -> None:
    assert check(BASE, "--format", form).exit_code == 0


def test_a_wide_line_is_cut_around_the_place() -> None:
    line = "甲" * 60 + "wrong" + "乙" * 60
    drawn = draw(Diagnostic("a-code", Span("f", 1, 61, 5), "no"), {"f": line}).splitlines()
    assert drawn[1].count("wrong") == 1
    assert drawn[1].startswith("    1 | …甲")
    assert drawn[1].endswith("乙…")
    assert drawn[2].strip("| ") == "^^^^^"


def test_a_place_outside_the_text_is_told_without_a_line() -> None:
    one = Diagnostic("a-code", Span("f", 9, 9), "no", "try this\nor that")
    assert draw(one, {"f": "x"}) == "f:9:9: error[a-code] no\n      = try this\n      = or that"


def test_a_report_names_each_code_once() -> None:
    several = [Diagnostic(code, Span("f", 1, 1), "no") for code in ("b", "a", "b")]
    assert report(several, {}).endswith("see docs/errors.md#a\n    docs/errors.md#b\n3 errors")
    assert counted([Diagnostic("a", Span("f", 1, 1), "no", severity="warning"), several[0]]) == "1 error, 1 warning"
