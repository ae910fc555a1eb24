"""The YAML path of a place: which rule, which key, which row and column a finding speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from rules.errors import Diagnostic
from rules.source import Span
from rules.syntax import yaml_nodes
from rules.syntax.yaml_nodes import Node, Scalar, Sequence

_TABLE = "table"


def with_paths(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> list[Diagnostic]:
    """The same diagnostics; those that have no path yet get the one of their place."""
    trees: dict[str, Node | None] = {}
    placed: list[Diagnostic] = []
    for one in diagnostics:
        file = one.span.file
        if not one.path and file in texts:
            if file not in trees:
                trees[file] = yaml_nodes.read(file, texts[file])[0]
            one = replace(one, path=_path(trees[file], texts[file], one.span))
        placed.append(one)
    return placed


def _path(tree: Node | None, text: str, span: Span) -> str:
    if tree is None:
        return ""
    lines = text.split("\n")
    offset = sum(len(line) + 1 for line in lines[: span.line - 1]) + span.column - 1
    node = _deepest(tree, offset)
    if node.path == _TABLE and isinstance(node, Scalar) and node.style == "|":
        return _cell_path(text[node.start : node.end].split("\n")[1:], lines[span.line - 1], span.column - 1)
    return node.path


def _deepest(node: Node, offset: int) -> Node:
    """The smallest node that the offset lies in; a key counts as its value."""
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Sequence):
        inside = [item for item in node.items if item.start <= offset < item.end]
        return _deepest(inside[0], offset) if inside else node
    for key, value in node.entries.values():
        if key.start <= offset < key.end:
            return key
        if value.start <= offset < value.end:
            return _deepest(value, offset)
    return node


def _cell_path(table: list[str], row: str, column: int) -> str:
    """`table.ACC-1.access.role` for a place in a row; `table` alone for one in the header."""
    header = next((line for line in table if line.strip()), "")
    if row == header or "|" not in row:
        return _TABLE
    names, cells = _cells(header), _cells(row)
    at = len(_cells(row[: column + 1])) - 1
    id_ = next((cells[i] for i, name in enumerate(names) if name == "id" and i < len(cells)), "")
    name = names[at].removeprefix("=>").strip() if 0 <= at < len(names) else ""
    return ".".join(part for part in (_TABLE, id_, name if name != "id" else "") if part)


def _cells(line: str) -> list[str]:
    """The cells of a row, or of the part of one."""
    parts = line.replace("\\|", "\0").split("|")[1:]
    return [part.replace("\0", "\\|").strip() for part in parts if part or part is not parts[-1]]
