"""The YAML path of a place: which rule, which key, which row and column a finding speaks of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import replace
from itertools import count
from types import MappingProxyType

from rules.errors import Diagnostic
from rules.source import Span
from rules.syntax import yaml_nodes
from rules.syntax.documents import Document
from rules.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence

_TABLE = "table"


def with_paths(
    diagnostics: Iterable[Diagnostic], texts: Map[str, str], trees: Map[str, Node | None] = MappingProxyType({})
) -> list[Diagnostic]:
    """The same diagnostics; those that have no path yet get the one of their place.

    `trees` are the files that have been read already; others are read now.
    """
    files: dict[str, _File] = {}
    placed: list[Diagnostic] = []
    for one in diagnostics:
        file = one.span.file
        if not one.path and file in texts:
            if file not in files:
                tree = trees[file] if file in trees else yaml_nodes.read(file, texts[file])[0]
                files[file] = _File(Document(file, texts[file]), tree)
            one = replace(one, path=files[file].path(one.span))
        placed.append(one)
    return placed


class _File:
    """One file, made ready to be asked for many places."""

    def __init__(self, document: Document, tree: Node | None) -> None:
        self._document = document
        self._nodes = [] if tree is None else list(_flat(tree, -1, count()))
        self._starts = [node.start for node, _ in self._nodes]
        self._tables: dict[int, list[str]] = {}

    def path(self, span: Span) -> str:
        """The path of what stands there; none in a file that could not be read."""
        if not self._nodes:
            return ""
        at = self._deepest(self._document.offset(span.line, span.column))
        node = self._nodes[at][0]
        if node.path == _TABLE and isinstance(node, Scalar) and node.style == "|":
            table = self._tables.setdefault(at, node.written.split("\n")[1:])
            return _cell_path(table, self._document.line(span.line), span.column - 1)
        return node.path

    def _deepest(self, offset: int) -> int:
        """The smallest node that the offset lies in: the last that begins before it, or one around that."""
        at = max(bisect_right(self._starts, offset) - 1, 0)
        while at > 0 and offset >= self._nodes[at][0].end:
            at = self._nodes[at][1]
        return max(at, 0)


def _flat(node: Node, around: int, number: Iterator[int]) -> Iterator[tuple[Node, int]]:
    """Every node in the order of the file, keys too, each with the number of the one around it."""
    here = next(number)
    yield node, around
    inside: Iterable[Node] = ()
    if isinstance(node, Sequence):
        inside = node.items
    elif isinstance(node, Mapping):
        inside = (part for entry in node.entries.values() for part in entry)
    for one in inside:
        yield from _flat(one, here, number)


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
