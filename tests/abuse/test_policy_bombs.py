"""Policy files that are meant to hurt: each is refused at its place, or is bounded work, in seconds and little memory.

Files are laid over the base policy of `tests/diagnostics`, and checked as `run.py check` does.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from rules.errors import PolicyError, report
from rules.syntax.yaml_nodes import MAX_IN_ALL
from service.policy_files import MAX_BYTES, MAX_FILES, MAX_FOLDERS, FolderError, policy_files, read_texts
from service.reload import stamp
from tests.diagnostics.helpers import BASE, check, files_of, write

POLICY: Final = "policy.yaml"
FEE: Final = "shop/fee.yaml"
SECONDS: Final = 5.0
"""Far more than any of them takes, far less than a bomb would."""
MEGABYTES: Final = 300


def told(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """What `run.py check` prints of the base policy with these files, without the page at the end."""
    begun = time.monotonic()
    result = check(write(folder, {**files_of(BASE), **files}))
    assert time.monotonic() - begun < SECONDS
    assert result.exit_code == 1
    assert len(result.stderr) < 20_000
    return result.stderr.split("\n\nsee docs/errors.md")[0].splitlines()


def spoilt(name: str, old: str = "", new: str = "", more: str = "") -> dict[str, bytes]:
    """A file of the base with one thing changed and something added."""
    text = (BASE / name).read_text(encoding="utf-8")
    assert old in text
    return {name: (text.replace(old, new, 1) + more).encode("utf-8", "surrogatepass")}


LAUGHS: Final = 'a: &a ["lol","lol"]\n' + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
UNREVIEWED: Final = (
    "      = break it: at most 50000 characters; a long text can go on below `>-`, each line of it indented"
)

YAML_BOMBS: Final[dict[str, tuple[dict[str, bytes], str]]] = {
    "a billion laughs": (
        spoilt(POLICY, more=LAUGHS),
        "policy.yaml:4:4: error[anchor] a YAML anchor `&a`, which rule files may not have",
    ),
    "keys that merge": (
        spoilt(POLICY, more="<<: {a: 1}\n" * 50_000),
        "policy.yaml:5:1: error[duplicate-key] the key `<<` stands here twice",
    ),
    "brackets within brackets on one line": (
        spoilt(POLICY, more="x: " + "[" * 900_000),
        "policy.yaml:4:1: error[too-long-line] a line of 900003 characters is one that nobody reviews",
    ),
    "brackets within brackets on many lines": (
        spoilt(POLICY, more="x:\n" + " [\n" * 300_000),
        "policy.yaml:54:2: error[too-deep] nested more than 50 levels deep",
    ),
    "braces within braces": (
        spoilt(POLICY, more="x: " + "{a: " * 2_000),
        "policy.yaml:4:200: error[too-deep] nested more than 50 levels deep",
    ),
    "mappings within mappings": (
        spoilt(POLICY, more="".join(f"{' ' * depth}a:\n" for depth in range(1_300))),
        "policy.yaml:54:51: error[too-deep] nested more than 50 levels deep",
    ),
    "a scalar of almost a megabyte": (
        spoilt(POLICY, "name: orders", "name: " + "x" * 990_000),
        "policy.yaml:1:1: error[too-long-line] a line of 990006 characters is one that nobody reviews",
    ),
    "a file of two megabytes": (
        spoilt(POLICY, more="# filler\n" * 220_000),
        "policy.yaml:1:1: error[too-large] 1980073 characters are too many for a rule file",
    ),
    "a file of five megabytes": (
        spoilt(POLICY, more="# filler\n" * 500_000),
        "policy.yaml:1:1: error[too-large] 4500081 bytes are too many for a rule file",
    ),
    "a number of nine thousand digits": (
        spoilt("parameters.yaml", "value: 1000.00", "value: " + "9" * 9_000),
        "parameters.yaml:5:12: error[bad-value] `" + "9" * 59 + "…` has more than 34 digits",
    ),
    "a number with an exponent": (
        spoilt("parameters.yaml", "value: 1000.00", "value: 1e999999999"),
        "parameters.yaml:5:12: error[bad-value] `1e999999999` is not a number",
    ),
    "a whole number with an exponent": (
        spoilt("vocabulary.yaml", "minimum: 1", "minimum: 1e999999999"),
        "vocabulary.yaml:11:14: error[bad-value] `1e999999999` is not a number",
    ),
    "keys that come again": (
        spoilt(POLICY, more=(BASE / POLICY).read_text(encoding="utf-8") * 5_000),
        "policy.yaml:4:1: error[duplicate-key] the key `name` stands here twice",
    ),
    "a NUL": (
        spoilt(POLICY, "orders", "or\0ders"),
        "policy.yaml:1:9: error[bad-character] an invisible or broken character, U+0000",
    ),
    "control characters alone": (
        {POLICY: b"\x1b" * 900_000},
        "policy.yaml:1:1: error[bad-character] an invisible or broken character, U+001B",
    ),
    "half of a surrogate pair": (
        spoilt(POLICY, "orders", "or\ud800ders"),
        "policy.yaml:1:1: error[not-utf8] byte 8 is not UTF-8",
    ),
    "a byte order mark": (
        spoilt(POLICY, "name: orders", "\ufeffname: orders"),
        "policy.yaml:1:1: error[bad-character] a byte order mark (U+FEFF)",
    ),
    "UTF-16": (
        {POLICY: (BASE / POLICY).read_text(encoding="utf-8").encode("utf-16")},
        "policy.yaml:1:1: error[not-utf8] byte 0 is not UTF-8",
    ),
    "a tag that would run something": (
        spoilt(POLICY, "name: orders", 'name: !!python/object/apply:os.system ["true"]'),
        "policy.yaml:1:7: error[tag] a YAML tag `!!python/object/apply:os.system`, which rule files may not have",
    ),
    "a tag of almost a megabyte": (
        spoilt(POLICY, more="x: !<" + "a" * 900_000 + ">"),
        "policy.yaml:4:1: error[too-long-line] a line of 900006 characters is one that nobody reviews",
    ),
    "documents without end": (
        spoilt(POLICY, more="---\na: 1\n" * 90_000),
        "policy.yaml:4:1: error[several-documents] a second document in one file",
    ),
}


@pytest.mark.parametrize("name", YAML_BOMBS)
def test_a_file_that_is_a_bomb(name: str, tmp_path: Path) -> None:
    files, first = YAML_BOMBS[name]
    said = told(tmp_path, files)
    assert said[0] == first
    assert any(line.startswith("      = ") for line in said), "it says how to mend it"
    if "too-long-line" in first:
        assert said[-1] == UNREVIEWED


EXPRESSIONS: Final = {
    "parentheses": ("(" * 4_000 + "1" + ")" * 4_000, "nested too deeply"),
    "a megabyte": ("order.urgent and\n      " * 40_000 + "order.urgent", "characters is too long"),
    "and, again and again": ("order.urgent and\n      " * 800 + "order.urgent", "nested too deeply"),
    "a list without end": ("order.pieces in [" + "1,\n      " * 30_000 + "1]", "characters is too long"),
    "minus minus minus": ("order.pieces > " + "- " * 2_000 + "1", "nested too deeply"),
    "not not not": ("not(" * 1_000 + "order.urgent" + ")" * 1_000, "nested too deeply"),
    "digits without end": ("order.pieces > 1e" + "9" * 9_000, "is out of range"),
    "a text that never ends": ('order.note = "' + "x" * 9_000, "the text is not closed"),
    "ends of ranges": ("order.pieces in " + "[1.." * 400 + "1", "nested too deeply"),
    "types of types": ("order.note instance of " + "list<" * 1_000, "nested too deeply"),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_that_is_a_bomb(name: str, tmp_path: Path) -> None:
    expression, said = EXPRESSIONS[name]
    when = "when: >-\n      " + expression.strip()
    first, *rest = told(tmp_path, spoilt(FEE, "when: order.amount >= large_from and recent < 3", when))
    assert first.startswith("shop/fee.yaml:2")
    assert "error[feel-syntax]" in first
    assert said in first
    assert len(first) < 200
    assert any("in rules[0].when" in line for line in rest)


def test_a_cell_of_a_table_that_is_a_bomb(tmp_path: Path) -> None:
    first, *_ = told(tmp_path, spoilt("shop/discount.yaml", "| >= 1000      |", f"| {'(' * 400}1{')' * 400} |"))
    assert first.startswith("shop/discount.yaml:19:")
    assert first.endswith("error[feel-syntax] the expression is nested too deeply")


def fifo(folder: Path) -> None:
    os.mkfifo(folder / "shop" / "bonus.yaml")


def plug(folder: Path) -> None:
    here = Path.cwd()
    os.chdir(folder / "shop")  # the name of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("bonus.yaml")
    finally:
        os.chdir(here)


def link(target: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "shop" / "bonus.yaml").symlink_to(target)


FOLDERS: Final[dict[str, tuple[Callable[[Path], None], str]]] = {
    "a pipe": (fifo, "a pipe, a socket or a device"),
    "a socket": (plug, "a pipe, a socket or a device"),
    "a device": (link("/dev/zero"), "a link to what lies outside the policy folder"),
    "a secret": (link("/etc/hostname"), "a link to what lies outside the policy folder"),
    "a file beside the folder": (link("../../beside.yaml"), "a link to what lies outside the policy folder"),
    "nothing": (link("nowhere.yaml"), "a link that leads nowhere"),
    "itself": (link("bonus.yaml"), "a link that leads nowhere"),
    "the folder around it": (link(".."), "a link to a folder"),
    "a folder": (lambda folder: (folder / "shop" / "bonus.yaml").mkdir(), "a folder with the name of a file"),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_something_else_where_a_file_should_be(name: str, tmp_path: Path) -> None:
    (tmp_path / "beside.yaml").write_text("ruleset: bonus\n")
    folder = write(tmp_path / "policies", files_of(BASE))
    make, what = FOLDERS[name]
    make(folder)
    said = told(folder, {})
    assert said == [
        f"shop/bonus.yaml:1:1: error[not-a-file] {what}, where a file should be",
        "      = put a copy of the file there",
    ]
    assert stamp(folder) == stamp(folder)


def test_a_linked_folder_is_not_silently_left_out(tmp_path: Path) -> None:
    folder = write(tmp_path / "policies", files_of(BASE))
    (tmp_path / "more").mkdir()
    (folder / "more").symlink_to(tmp_path / "more")
    (folder / "..data").symlink_to("shop")
    assert told(folder, {})[0].startswith("more:1:1: error[not-a-file] a link to what lies outside")


def test_a_link_within_the_folder_is_a_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "policies", files_of(BASE))
    (folder / "shop" / "fee.yaml").rename(folder / "shop" / "fee-3")
    (folder / "shop" / "fee.yaml").symlink_to("fee-3")
    assert check(folder).exit_code == 0


def test_folders_without_end(tmp_path: Path) -> None:
    here = write(tmp_path, files_of(BASE))
    for _ in range(900):
        here = here / "d"
        here.mkdir()
    with pytest.raises(FolderError, match=f"more than {MAX_FOLDERS} folders deep"):
        read_texts(tmp_path)
    assert len(stamp(tmp_path)) == 1


def test_files_without_end(tmp_path: Path) -> None:
    folder = write(tmp_path, {**files_of(BASE), **{f"shop/x{n:04}.yaml": b"#" for n in range(MAX_FILES)}})
    with pytest.raises(PolicyError) as refused:
        read_texts(folder)
    (one,) = refused.value.diagnostics
    last = sorted(policy_files(folder))[MAX_FILES]
    assert (one.code, one.span.file) == ("policy-too-large", last)
    assert report([one], {}).splitlines()[:2] == [
        f"{last}:1:1: error[policy-too-large] the file number 1001 of {len(policy_files(folder))} in one policy",
        "      = at most 1000 files",
    ]


def test_bytes_without_end(tmp_path: Path) -> None:
    filler = b"# filler\n" * 100_000
    folder = write(tmp_path, {**files_of(BASE), **{f"z/x{n}.yaml": filler for n in range(5)}})
    with pytest.raises(PolicyError) as refused:
        read_texts(folder)
    (one,) = refused.value.diagnostics
    assert (one.code, one.span.file) == ("policy-too-large", f"z/x{MAX_BYTES // len(filler)}.yaml")
    assert one.message == f"here the files of the policy exceed {MAX_BYTES} bytes"


def test_keys_without_end(tmp_path: Path) -> None:
    """Each file may have so many, and would take seconds; of the policy's last ones nothing is read."""
    dense = b"x:\n" + b"- a\n" * (MAX_IN_ALL // 2)
    result = check(write(tmp_path, {**files_of(BASE), **{f"z/x{n}.yaml": dense for n in range(6)}}))
    lines = [line for line in result.stderr.splitlines() if "error[too-many-values]" in line]
    assert len(lines) == 1
    assert lines[0].startswith("z/x1.yaml:")
    assert lines[0].endswith(f"more than {MAX_IN_ALL} keys, values and lists in one policy")
