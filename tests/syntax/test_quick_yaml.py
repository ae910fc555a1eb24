"""The quick reader of YAML and the one of YAML 1.2: whatever the first takes, the second reads as the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.syntax import yaml_nodes
from rules.syntax.quick_yaml import quick_events
from tests.conftest import POLICIES

TESTS = Path(__file__).parents[1]

PIECES = st.sampled_from([
    "a", "b: ", "c:", ": ", "- ", "-", "[", "]", "{", "}", ",", ", ", "'", "\"", ">\n  y\n",
    ">-\n  y z\n\n  w\n", "# z", "#", "\n", "\n", "\n  ", "\n    ", " ", "  ", "x y", "1", "null", "~",
    "\u5ba2\u6237\uff1a", "\u4e2d", "? ", "!t ", "&a ", "*a", "%", "@", "`", "\\", ".", "...", "---", "<<: ",
    "\"q\"", "'s'", "a: b\n", "- a\n", "k: {x: 1}\n", "l: [1, 2]\n", "=", "''", "\"\\n\"", ">+\n", ">",
    "0x1F", "yes", "a:b", "a#b", "a #b", "\n\n", "\ud83d\ude00", "a: >-\n  x\n", "  x\n", "    y\n",
    "\n  z\n", "|", "|\n  x\n", "|-", "|2", "|+\n",
])  # fmt: skip


def told(node: Any) -> Any:
    """A tree with every text, place and path of it."""
    match node:
        case yaml_nodes.Scalar():
            return node.start, node.end, node.path, node.text, node.style
        case yaml_nodes.Sequence():
            return node.start, node.end, node.path, [told(item) for item in node.items]
        case yaml_nodes.Mapping():
            return node.start, node.end, node.path, [(told(key), told(value)) for key, value in node.entries.values()]
    return node


def both(text: str) -> tuple[Any, Any]:
    """What the one way makes of a text, and what the other."""
    usual = yaml_nodes.read("x.yaml", text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_nodes, "quick_events", lambda _: None)
        other = yaml_nodes.read("x.yaml", text)
    return (told(usual[0]), usual[1]), (told(other[0]), other[1])


@settings(max_examples=2_000)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_any_text_is_read_as_the_same(text: str) -> None:
    usual, other = both(text)
    assert usual == other


@pytest.mark.parametrize("folder", [POLICIES, TESTS])
def test_every_file_there_is(folder: Path) -> None:
    for path in sorted(folder.rglob("*.yaml")):
        if path.is_file():
            usual, other = both(path.read_text(encoding="utf-8", errors="replace"))
            assert usual == other, path


def test_the_policies_are_read_the_quick_way() -> None:
    assert [path.name for path in POLICIES.rglob("*.yaml") if quick_events(path.read_text()) is None] == []


NOT_PLAIN = (
    "a: |2\n   x\n", "a: >+\n#", "a: >\n  x\n# y\n", "a:\n", "- \n", "a: &x 1", "a: *x", "a: !!str 1", "---\na: 1",
    "a: 1\n...\n", "%YAML 1.1\n---\na: 1", "a: [", "a: {}}", "a: '",
)  # fmt: skip


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_what_is_not_plain_is_left_to_the_other(text: str) -> None:
    assert quick_events(text) is None
