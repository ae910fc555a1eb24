"""What rule files may not have, and YAML that cannot be read."""

from __future__ import annotations


import pytest

from rules.errors import Diagnostic
from rules.syntax import documents, yaml_nodes
from rules.syntax.documents import MAX_LENGTH, MAX_LINE
from rules.syntax.yaml_nodes import MAX_DEPTH, MAX_NODES, Mapping, Scalar, read


def only(yaml: str) -> Diagnostic:
    _, (diagnostic,) = read("f.yaml", yaml)
    return diagnostic


@pytest.mark.parametrize(
    ("yaml", "code", "place"),
    [
        ("a: 1\nb: &x 2", "anchor", (2, 4, 4)),
        ("a: *x", "alias", (1, 4, 2)),
        ("a: !!str 2", "tag", (1, 4, 7)),
        ("a: !mine 2", "tag", (1, 4, 7)),
        ("a: != 2", "tag", (1, 4, 4)),
        ("%YAML 1.1\n---\na: 1", "directive", (1, 1, 9)),
        ("a: 1\n---\nb: 2", "several-documents", (2, 1, 3)),
        ("a: 1\n...\nb: 2", "several-documents", (3, 1, 1)),
        ("", "empty-file", (1, 1, 1)),
        ("# nothing but words\n", "empty-file", (1, 1, 1)),
        ("a: 1\nb: 2\na: 3", "duplicate-key", (3, 1, 1)),
        ("{a: 1, 'a': 3}", "duplicate-key", (1, 8, 3)),
        ("[a]: 1", "bad-key", (1, 1, 3)),
        ("? {a: 1}\n: 1", "bad-key", (1, 3, 6)),
        ("'': 1", "bad-key", (1, 1, 2)),
        ("a: {zh: 甲, en: Report to X, then Y}", "torn-value", (1, 29, 6)),
        ("a:\tb", "tab", (1, 3, 1)),
        ("a: b\r", "line-break", (1, 5, 1)),
        ("\ufeffa: b", "bad-character", (1, 1, 1)),
        ("a: \0b", "bad-character", (1, 4, 1)),
        ("a: \ud800b", "bad-character", (1, 4, 1)),
        ("a: x\u2028b", "bad-character", (1, 5, 1)),
        ("a: x\x85b", "bad-character", (1, 5, 1)),
        ("a: \u202eb", "bad-character", (1, 4, 1)),
    ],
)
def test_refused(yaml: str, code: str, place: tuple[int, int, int]) -> None:
    diagnostic = only(yaml)
    span = diagnostic.span
    assert (diagnostic.code, (span.line, span.column, span.length)) == (code, place)


def test_a_duplicate_key_names_both_places() -> None:
    assert only("a: 1\nb: 2\na: 3").hint == "first on line 1, column 1"


def test_a_tab_may_be_written_as_an_escape() -> None:
    assert read("f.yaml", 'a: "\\t"')[1] == []


def test_all_bad_characters_of_a_file_are_reported_up_to_a_number() -> None:
    assert len(read("f.yaml", "a:\tb\nc:\td")[1]) == 2
    assert len(read("f.yaml", "\t" * 100_000)[1]) == 20


@pytest.mark.parametrize(
    ("yaml", "line", "column", "hint"),
    [
        ("when: a: b", 1, 8, "put the whole value in quotes"),
        ('a: 1\nwhen: "x" = y', 2, 11, "put single quotes around the whole"),
        ("when: [1..5] = x", 1, 14, "starts with `[`"),
        ("when: {a: 1}.a = x", 1, 13, "starts with `{`"),
        ("when: >= 5", 1, 8, "starts with `>`"),
        ("when: > 5", 1, 9, "starts with `>`"),
        ("when: - 5", 1, 7, "starts with `-`"),
        ('when: @"2026-01-01"', 1, 7, "starts with `@`"),
        ("when: 'it's'", 1, 11, "written `''`"),
        ("a: 1\nwhen：x > 1\nb: 2", 2, 1, "full-width colon"),
        ("a: {b: 1，c: 2}", 1, 11, "full-width comma"),
        ("a: [b, c", 1, 4, ""),
        ("a: 'b", 1, 4, "written `''`"),
        ('a: "\\q"', 1, 6, "backslash"),
        ('a: "\\Uffffffff"', 1, 2, "U0010FFFF"),
        ("a:\n  b: 1\n c: 2", 3, 2, ""),
        ("a\nb: 1", 2, 2, ""),
    ],
)
def test_yaml_errors_have_a_place_and_a_cure(yaml: str, line: int, column: int, hint: str) -> None:
    diagnostic = only(yaml)
    assert diagnostic.code == "yaml-syntax"
    assert (diagnostic.span.line, diagnostic.span.column) == (line, column)
    assert hint in diagnostic.hint
    assert diagnostic.hint


def test_a_file_with_very_many_problems_is_not_read_to_its_end() -> None:
    _, found = read("f.yaml", "a: 1\n" * 10_000)
    assert 100 <= len(found) < 110


def test_what_stands_before_an_error_is_still_reported() -> None:
    codes = [diagnostic.code for diagnostic in read("f.yaml", "a: 1\na: 2\nb: [")[1]]
    assert codes == ["duplicate-key", "yaml-syntax"]


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "".join(f"{' ' * depth}a:\n" for depth in range(1000)),
        "a: " + "!" * 100_000,
        "a: '" + " " * 500_000 + "'",
        'a: "' + " \\\n" * 100_000 + '"',
        "a: " + "x " * 200_000,
        "k: |" + "\n" * 500_000,
        "!x " * 100_000,
    ],
    ids=lambda bomb: repr(bomb[:12]),
)
@pytest.mark.timeout(60)
def test_bombs_end(bomb: str) -> None:
    node, found = read("f.yaml", bomb)
    if isinstance(node, Mapping):
        for _, value in node.entries.values():
            assert not isinstance(value, Scalar) or len(value.cell.places) == len(value.text) + 1
    assert node is not None or found


def test_nesting_is_bounded() -> None:
    assert read("f.yaml", "[" * MAX_DEPTH + "]" * MAX_DEPTH)[1] == []
    assert only("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).code == "too-deep"


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_LENGTH >= 1_000_000
    monkeypatch.setattr(documents, "MAX_LENGTH", 10)
    assert only("a: 12345678").code == "too-large"


def test_lines_are_bounded() -> None:
    assert read("f.yaml", "a: 1\n# " + "x" * (MAX_LINE - 2) + "\nb: 2")[1] == []
    diagnostic = only("a: 1\n# " + "x" * (MAX_LINE - 1) + "\nb: 2")
    assert (diagnostic.code, diagnostic.span.line) == ("too-long-line", 2)


def test_keys_and_values_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_NODES >= 100_000
    monkeypatch.setattr(yaml_nodes, "MAX_NODES", 5)
    assert read("f.yaml", "a: 1\nb: 2")[1] == []
    diagnostic = only("a: 1\nb: 2\nc: 3")
    assert (diagnostic.code, diagnostic.span.line) == ("too-many-values", 3)


def test_scalars_keep_their_text() -> None:
    node, _ = read("f.yaml", "a: 0.10\nb: yes\nc: 2026-11-23\nd: 0x1F\ne: ~\nf:")
    assert isinstance(node, Mapping)
    texts = {key: value.text for key, (_, value) in node.entries.items() if isinstance(value, Scalar)}
    assert texts == {"a": "0.10", "b": "yes", "c": "2026-11-23", "d": "0x1F", "e": "~", "f": ""}
