"""Comments and blank lines between the scalars of a file, and which entry each belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rules.syntax.yaml_nodes import Mapping, Node, Scalar

_COMMENT: Final = re.compile(r"#[^\n]*")


@dataclass(slots=True)
class Comments:
    """Those on lines of their own by line, with blank lines as ""; and those behind something, by line.

    Each is taken out where it is written, so that what is left over has been lost.
    """

    own: dict[int, str] = field(default_factory=dict)
    behind: dict[int, tuple[int, str]] = field(default_factory=dict)

    def above(self, line: int, after: int) -> list[str]:
        """The comments between line `after` and `line`, of several blank lines one."""
        taken = [self.own.pop(number) for number in range(after + 1, line) if number in self.own]
        return [text for at, text in enumerate(taken) if text or (at > 0 and taken[at - 1]) or at == 0]

    def beside(self, line: int) -> tuple[int, str] | None:
        """The comment behind what stands on a line, with its column."""
        return self.behind.pop(line, None)

    def within(self, first: int, last: int) -> bool:
        """Whether a comment stands on these lines."""
        return any(first <= line <= last for line in (*self.behind, *(n for n, text in self.own.items() if text)))

    @property
    def lost(self) -> bool:
        """Whether a comment has not been written."""
        return bool(self.behind) or any(self.own.values())


def comments_of(text: str, tree: Node) -> Comments:
    """All comments and blank lines that stand outside scalars."""
    found = Comments()
    at = 0
    for scalar in sorted(_scalars(tree), key=lambda node: node.start):
        _read_gap(text, at, scalar.start, found)
        at = max(at, _end(scalar))
    _read_gap(text, at, len(text), found)
    return found


def _end(node: Scalar) -> int:
    """The end of what is written; behind a block text YAML counts blank lines too."""
    return node.start + len(node.written.rstrip()) if node.style in ("|", ">") else node.end


def _read_gap(text: str, start: int, end: int, found: Comments) -> None:
    line = text.count("\n", 0, start) + 1
    parts = text[start:end].split("\n")
    for number, part in enumerate(parts):
        comment = _COMMENT.search(part)
        whole = (number > 0 or start == 0) and (comment is None or not part[: comment.start()].strip())
        if comment is not None and whole:
            found.own[line + number] = comment[0].rstrip()
        elif comment is not None:
            before = text.rfind("\n", 0, start) + 1 if number == 0 else 0
            column = start - before + comment.start() if number == 0 else comment.start()
            found.behind[line + number] = (column, comment[0].rstrip())
        elif whole and not part.strip() and number < len(parts) - 1:
            found.own[line + number] = ""


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.entries.values():
            yield key
            yield from _scalars(value)
    else:
        for item in node.items:
            yield from _scalars(item)
