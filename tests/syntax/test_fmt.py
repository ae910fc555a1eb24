"""The formatter: its form is stable, means the same, and loses nothing that people wrote."""

from __future__ import annotations

import random
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.model.expr import Node
from rules.source import Cell, Span
from rules.syntax import load, load_cases
from rules.syntax.fmt import format_text
from service.cli import main
from tests.conftest import ROOT, policy_texts

BASE = ROOT / "tests" / "diagnostics" / "base"
BASE_TEXTS = {path.relative_to(BASE).as_posix(): path.read_text(encoding="utf-8") for path in BASE.rglob("*.yaml")}
RULESET = "shop/fee.yaml"
FOLDERS = {"policies": policy_texts(), "base": BASE_TEXTS}
MOST = 5_000
"""Characters of a file that is shaken; more of the same shows nothing new."""

COMMENT = re.compile(r"(?:^|\s)(#.*?)\s*$", re.MULTILINE)
FILES = [(folder, file) for folder, texts in FOLDERS.items() for file in texts]


def plain(value: Any) -> Any:
    """A policy set without places: equal where the same is meant."""
    if isinstance(value, Span | Cell):
        return None
    if isinstance(value, Node):
        return value
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value) if f.name not in ("texts", "span")}
    if hasattr(value, "items"):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple | list) else value


def meaning(texts: dict[str, str]) -> Any:
    return plain(load(texts)), plain(load_cases(texts))


@pytest.mark.parametrize(("folder", "file"), FILES)
def test_the_form_is_stable(folder: str, file: str) -> None:
    once = format_text(file, FOLDERS[folder][file])
    assert format_text(file, once) == once


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_means_anything_else(folder: str) -> None:
    texts = FOLDERS[folder]
    assert meaning({file: format_text(file, text) for file, text in texts.items()}) == meaning(texts)


def shaken(text: str, seed: int) -> str:
    """The same file as somebody careless would have written it."""
    chance = random.Random(seed)
    lines: list[str] = []
    for line in text.split("\n"):
        if re.match(r"\s*\|.*\|$", line):
            line = re.sub(r"(?<= )\| ", lambda _: "|" + " " * chance.randrange(1, 6), line)
            line = "  " + line.strip().replace("  |", " " * chance.randrange(1, 5) + "|")
        elif re.search(r"[:,] ", line) and '"' not in line and "'" not in line and chance.random() < 0.5:
            line = re.sub(r"(?<=[:,}]) (?=[\w{\[])", lambda _: " " * chance.randrange(1, 4), line)
            line = re.sub(r"(?<=\w) (?=[<>=+*/-]+ )", lambda _: " " * chance.randrange(1, 4), line)
        if chance.random() < 0.1 and not line.endswith(("|", ">-")) and line.strip():
            line += "  " * chance.randrange(1, 3)
        lines.append(line)
    return "\n".join(lines)


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.sampled_from([(a, b) for a, b in FILES if len(FOLDERS[a][b]) < MOST]))
def test_carelessly_spaced_files_come_out_the_same(seed: int, where: tuple[str, str]) -> None:
    folder, file = where
    texts = FOLDERS[folder]
    careless = shaken(texts[file], seed)
    made = format_text(file, careless)
    assert format_text(file, made) == made
    assert COMMENT.findall(made) == COMMENT.findall(careless)
    if folder == "base":
        assert meaning({**texts, file: made}) == meaning(texts)


def formatted(old: str, file: str = RULESET) -> str:
    return format_text(file, old)


@pytest.mark.parametrize(
    ("careless", "canonical"),
    [
        ("when:   a<b   and c\n", "when: a<b   and c\n"),
        ("let:\n    a:   b*(c+d)\n", "let:\n  a: b * (c + d)\n"),
        ("let:\n  a: (b*c)+d\n", "let:\n  a: (b*c)+d\n"),
        ("let:\n  a: ( b   and c )\n", "let:\n  a: ( b and c )\n"),
        ("let:\n  a: 100000.00+b\n", "let:\n  a: 100000.00 + b\n"),
        ("let:\n  a: 'x=\"y\"'\n", "let:\n  a: x = \"y\"\n"),
        ("let:\n  a: \"count(x)\"\n", "let:\n  a: count(x)\n"),
        ("let:\n  a: 'if x=1 then {b:2} else 3'\n", "let:\n  a: 'if x = 1 then {b: 2} else 3'\n"),
        ("title:\n  en: Fee\n  zh: 费\n", "title: {zh: 费, en: Fee}\n"),
        ("title: {zh: 费, en: \"Fee\"}\n", "title: {zh: 费, en: Fee}\n"),
        ("title: {zh: 费, en: \"Fee, and more\"}\n", "title: {zh: 费, en: \"Fee, and more\"}\n"),
        ("title: {zh: 费, en: \"true\"}\n", "title: {zh: 费, en: \"true\"}\n"),
        ("hit_policy: FIRST\nruleset: a\n", "ruleset: a\nhit_policy: FIRST\n"),
        ("clause: a\n\n\n# of b\nb:   # beside\n    - c\n", "clause: a\n\n# of b\nb:   # beside\n  - c\n"),
        ("# top\nhit_policy: A\n# of a\nruleset: a\n", "# top\n# of a\nruleset: a\nhit_policy: A\n"),
        ("rules:\n- then: {b: 1}\n  id: A\n", "rules:\n  - id: A\n    then: {b: 1}\n"),
        ("actions: [a,b,  c]\n", "actions: [a, b, c]\n"),
        ("note: >-\n     two\n     lines\n", "note: >-\n  two\n  lines\n"),
        ("note: two\n   lines\n", "note: two\n  lines\n"),
        (
            "table: |\n  |id|甲 | => b|\n  |--|-|-|\n  |A|<5,>9|c|\n",
            "table: |\n  | id | 甲       | => b |\n  | A  | < 5, > 9 | c    |\n",
        ),
        ("table: |\n  |id|x|\n  |A|\"a\\|b\"|\n", "table: |\n  | id | x      |\n  | A  | \"a\\|b\" |\n"),
    ],
)  # fmt: skip
def test_one_thing(careless: str, canonical: str) -> None:
    assert formatted(careless) == canonical.lstrip("\n")
    assert formatted(canonical.lstrip("\n")) == canonical.lstrip("\n")


@pytest.mark.parametrize(
    "text",
    [
        "a: [\n",
        "a: &b 1\n",
        "---\na: 1\n",
        "a: {b: 1,  # why\n  c: 2}\n",
        "a: |2\n    b\n",
        "a: |+\n  b\n\n",
        "",
    ],
)
def test_what_it_does_not_touch(text: str) -> None:
    assert formatted(text) == text


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["fmt", *args], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file, text in BASE_TEXTS.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(format_text(file, text), encoding="utf-8")
    return tmp_path


def test_the_command_writes_files_anew(folder: Path) -> None:
    file = folder / RULESET
    canonical = file.read_text(encoding="utf-8")
    file.write_text(canonical.replace("title: {zh", "title:   {zh"), encoding="utf-8")
    assert (run(str(folder), "--check").exit_code, run(str(folder), "--diff").exit_code) == (1, 0)
    assert "-title:   {zh" in run(str(folder), "--diff").stdout
    assert file.read_text(encoding="utf-8") != canonical
    assert run(str(folder)).stderr == f"{RULESET} formatted\n"
    assert file.read_text(encoding="utf-8") == canonical
    assert run(str(folder), "--check").exit_code == 0


def test_the_command_leaves_a_broken_file_alone(folder: Path) -> None:
    file = folder / RULESET
    broken = file.read_text(encoding="utf-8").replace("title: {zh", "titel:   {zh")
    file.write_text(broken, encoding="utf-8")
    result = run(str(folder))
    assert result.exit_code == 1
    assert "error[unknown-key] unknown key `titel`" in result.stderr
    assert result.stderr.endswith("1 left alone\n")
    assert file.read_text(encoding="utf-8") == broken
