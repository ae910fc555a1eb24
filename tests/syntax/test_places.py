"""Every character of a scalar stands where the cell says, in each way that YAML has to write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.source import Cell
from rules.syntax.yaml_nodes import Mapping, Scalar, read


def cell_of(yaml: str) -> Cell:
    node, found = read("f.yaml", yaml)
    assert not found
    assert isinstance(node, Mapping)
    value = node.entries["k"][1]
    assert isinstance(value, Scalar)
    return value.cell


def written(yaml: str, cell: Cell) -> str:
    """What stands in the file at each of the cell's places, a line break as `↵`."""
    lines = yaml.split("\n")
    return "".join((lines[line - 1] + "↵")[column - 1] for line, column in cell.places[:-1])


@pytest.mark.parametrize(
    ("yaml", "text", "there", "end"),
    [
        ("k: a + b", "a + b", "a + b", (1, 9)),
        ("k:   a   # why", "a", "a", (1, 7)),
        ("甲: x\nk: 限度 > 余额 and 𠀀", "限度 > 余额 and 𠀀", "限度 > 余额 and 𠀀", (2, 17)),
        ("k: a\n  and b\n", "a and b", "a↵and b", (2, 8)),
        ("k: a  \n\n\n  and b", "a\n\nand b", "a↵↵and b", (4, 8)),
        ("k: 'it''s'", "it's", "it's", (1, 10)),
        ("k: 'a  \n   b'", "a b", "a b", (2, 5)),
        ("k: 'a\n\n  b'", "a\nb", "a↵b", (3, 4)),
        ('k: "a b"', "a b", "a b", (1, 8)),
        ('k: "\\"甲\\" = x"', '"甲" = x', "\\甲\\ = x", (1, 14)),
        ('k: "\\u7532\\x41\\U00020000\\n\\ b"', "甲A𠀀\n b", "\\\\\\\\\\b", (1, 30)),
        ('k: "a \\\n     b"', "a b", "a b", (2, 7)),
        ('k: "a \\\n\n     b"', "a \nb", "a ↵b", (3, 7)),
        ('k: "a\n  b"', "a b", "a↵b", (2, 4)),
        ("k: |\n  a\n   b\n\n  甲\n", "a\n b\n\n甲\n", "a↵ b↵↵甲↵", (6, 1)),
        ("k: |-\n  a\n  b\n", "a\nb", "a↵b", (3, 4)),
        ("k: |+\n  a\n\n\nj: 1", "a\n\n\n", "a↵↵↵", (5, 1)),
        ("k: |  # why\n\n  a\n", "\na\n", "↵a↵", (4, 1)),
        ("k: |2\n   a\n  b\n", " a\nb\n", " a↵b↵", (4, 1)),
        ("k: >\n  a\n  b\n\n  c\n", "a b\nc\n", "a↵b↵c↵", (6, 1)),
        ("k: >-\n  甲 =\n  乙\n   c\n  d\n", "甲 = 乙\n c\nd", "甲 =↵乙↵ c↵d", (5, 4)),
        ("k: >\n\n  a\n", "\na\n", "↵a↵", (4, 1)),
        ("k: >1-\n  a\n b\n", " a\nb", " a↵b", (3, 3)),
        ("k: |\n  a", "a", "a", (2, 4)),
    ],
)
def test_each_character_of_each_style(yaml: str, text: str, there: str, end: tuple[int, int]) -> None:
    cell = cell_of(yaml)
    assert cell.text == text
    assert written(yaml, cell) == there
    assert cell.places[-1] == end


@pytest.mark.parametrize(
    "style", ["a\n  b c", "'a\n  b c'", '"a\n  b c"', "|\n  a\n  b c\n", ">\n  a\n  b c\n"]
)
def test_windows_line_ends_move_no_character(style: str) -> None:
    unix, windows = f"k: {style}\n", f"k: {style}\n".replace("\n", "\r\n")
    assert cell_of(windows).text == cell_of(unix).text
    assert cell_of(windows).places[:-1] == cell_of(unix).places[:-1]


def test_a_span_inside_a_folded_cell_points_at_its_line() -> None:
    cell = cell_of("k: >-\n  a = 1\n  and oops\n")
    at = cell.text.index("oops")
    span = cell.at(at, at + 4)
    assert (span.line, span.column, span.length) == (3, 7, 4)


LINES = st.lists(st.text(st.sampled_from("ab甲 𠀀'\"\\#:-"), max_size=8), min_size=1, max_size=6)


@given(lines=LINES, style=st.sampled_from("|>"), chomping=st.sampled_from(["", "-", "+"]))
def test_block_texts_of_any_shape(lines: list[str], style: str, chomping: str) -> None:
    yaml = f"k: {style}{chomping}\n" + "".join(f"  {line}\n" for line in lines)
    node, found = read("f.yaml", yaml)
    if found:
        return
    assert isinstance(node, Mapping)
    value = node.entries["k"][1]
    assert isinstance(value, Scalar)
    at_each_character_stands_itself(yaml, value.cell)


@given(text=st.text(st.sampled_from("ab甲 𠀀'\n"), max_size=20))
def test_single_quoted_texts_of_any_shape(text: str) -> None:
    yaml = "k: '" + text.replace("'", "''").replace("\n", "\n  ") + "'"
    at_each_character_stands_itself(yaml, cell_of(yaml))


@given(text=st.text(st.sampled_from('ab甲 𠀀"\\\n\t'), max_size=20))
def test_double_quoted_texts_of_any_shape(text: str) -> None:
    for old, new in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(old, new)
    yaml = f'k: "{text}"'
    at_each_character_stands_itself(yaml, cell_of(yaml))


def at_each_character_stands_itself(yaml: str, cell: Cell) -> None:
    assert len(cell.places) == len(cell.text) + 1
    assert list(cell.places) == sorted(cell.places)
    for character, there in zip(cell.text, written(yaml, cell), strict=True):
        assert character == there or there == "\\" or (character in " \n" and there in " ↵")
