"""A tree of nodes -> canonical text."""

from __future__ import annotations

import re
from typing import Final

from rules.syntax import yaml_nodes
from rules.syntax.fmt.comments import Comments, comments_of
from rules.syntax.fmt.expressions import is_expression, spaced
from rules.syntax.fmt.order import in_order, is_bilingual
from rules.syntax.fmt.scalars import written
from rules.syntax.fmt.tables import aligned
from rules.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence

WIDEST: Final = 125
"""Characters of a line in braces or brackets; what is longer is filled over several lines, or a block."""

WIDEST_FILLED: Final = 112
"""Characters of each of several lines in braces."""

WIDEST_JOINED: Final = 110
"""Characters of one line that a block in both languages is joined to."""

_REASON: Final = re.compile(r"(.*\.)?because(\.[^.]+)?")


class _StayError(Exception):
    """Something that this formatter does not touch: the file stays as it is."""


def format_text(file: str, text: str) -> str:
    """The canonical text of one file; the text itself where its YAML cannot be read or must not be touched."""
    text_ = text.replace("\r\n", "\n")
    tree, wrong = yaml_nodes.read(file, text_)
    if tree is None or wrong or text_.lstrip().startswith("---"):
        return text
    try:
        writer = _Writer(file, text_, tree)
        made = writer.whole(tree)
    except _StayError:
        return text
    again, _ = yaml_nodes.read(file, made)
    unchanged = again is not None and _meaning(file, again) == _meaning(file, tree)
    return made if unchanged and not writer.comments.lost else text


class _Writer:
    """Writes nodes as lines; every line comes without the indentation of its parent."""

    def __init__(self, file: str, text: str, tree: Node) -> None:
        self.file = file
        self.text = text
        self.comments: Comments = comments_of(text, tree)

    def whole(self, tree: Node) -> str:
        """The file."""
        above = self.comments.above(self._line(tree.start), 0)
        lines = [*above, *self._block(tree, 0, 0)]
        below = self.comments.above(self.text.count("\n") + 2, 0)
        lines += below
        while lines and not lines[-1]:
            lines.pop()
        while lines and not lines[0]:
            lines.pop(0)
        return "\n".join(lines) + "\n"

    def _line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def _is_flow(self, node: Node) -> bool:
        return not isinstance(node, Scalar) and self.text[node.start] in "{["

    # --- blocks ---------------------------------------------------------------------------------

    def _block(self, node: Node, indent: int, after: int) -> list[str]:
        """The lines of a block; `after` is the line of the key that it stands under."""
        if isinstance(node, Mapping) and not self._is_flow(node):
            return self._mapping(node, indent, after)
        if isinstance(node, Sequence) and not self._is_flow(node):
            return self._sequence(node, indent, after)
        return [" " * indent + self._inline(node)]

    def _mapping(self, node: Mapping, indent: int, after: int) -> list[str]:
        written_: dict[str, list[str]] = {}
        for key, value in node.entries.values():
            above = self._above(self._line(key.start), indent)
            written_[key.text] = [*above, *self._entry(key.written, value, indent, self._line(key.start))]
        lines = [line for key, _ in in_order(self.file, node) for line in written_[key.text]]
        return lines[1:] if lines and not lines[0] and after else lines

    def _sequence(self, node: Sequence, indent: int, after: int) -> list[str]:
        lines: list[str] = []
        for item in node.items:
            start = self._line(item.start)
            above = self._above(start, indent)
            if self._is_flow(item) or isinstance(item, Scalar):
                body = self._value("-", item, indent, start)
            else:
                inner = self._block(item, indent + 2, start)
                body = [" " * indent + "- " + inner[0][indent + 2 :], *inner[1:]]
            lines += [*above, *body]
        return lines[1:] if lines and not lines[0] and after else lines

    def _above(self, line: int, indent: int) -> list[str]:
        return [" " * indent + text if text else "" for text in self.comments.above(line, 0)]

    def _entry(self, key: str, value: Node, indent: int, line: int) -> list[str]:
        """`key: value` with the comment behind it."""
        if isinstance(value, Scalar) or self._is_flow(value) or self._joins(key, value, indent):
            return self._value(f"{key}:", value, indent, line)
        first = self._beside(" " * indent + f"{key}:", line)
        return [first, *self._block(value, indent + 2, line)]

    def _joins(self, key: str, value: Node, indent: int) -> bool:
        """Whether a block of both languages is short enough for one line; reasons stay as the author has them."""
        if not is_bilingual(value) or _REASON.fullmatch(value.path):
            return False
        first, last = self._line(value.start), self._line(value.end - 1)
        if self.comments.within(first - 1, last) or not self._simple(value):
            return False
        return indent + len(f"{key}: {self._inline(value)}") <= WIDEST_JOINED

    def _simple(self, node: Node) -> bool:
        """Whether every scalar of a mapping stands on one line and is not a block text."""
        return isinstance(node, Mapping) and all(
            isinstance(value, Scalar) and "\n" not in value.written.strip() and value.style not in ("|", ">")
            for _, value in node.entries.values()
        )

    # --- values ---------------------------------------------------------------------------------

    def _value(self, lead: str, node: Node, indent: int, line: int) -> list[str]:
        """What stands behind `key:` or `-`: a scalar, or something in braces."""
        pad = " " * indent
        if isinstance(node, Scalar) and node.style in ("|", ">"):
            return self._block_text(pad + lead, node, indent + 2)
        if isinstance(node, Scalar) and "\n" in node.written.strip():
            return self._several_lines(pad + lead, node, indent + 2)
        last = self._line(node.end - 1) if node.end > node.start else line
        if last > line and self.comments.within(line, last - 1):
            raise _StayError
        inline = self._inline(node)
        whole = f"{pad}{lead} {inline}".rstrip()
        beside = last if last != line else line
        if is_bilingual(node) and lead != "-" and len(whole) > WIDEST and self._simple(node):
            return self._as_block(pad + lead, node, indent, beside)
        widest = WIDEST if self._line(node.start) == line else WIDEST_FILLED
        if isinstance(node, Scalar) or len(whole) <= widest or not inline.startswith(("{", "[")):
            return [self._beside(whole, beside)]
        lines = self._filled(pad, lead, node, indent)
        return [*lines[:-1], self._beside(lines[-1], beside)]

    def _as_block(self, lead: str, node: Node, indent: int, line: int) -> list[str]:
        entries = in_order(self.file, node) if isinstance(node, Mapping) else []
        body = [
            " " * (indent + 2) + f"{key.text}: {written(self.file, value, flow=False)}"
            for key, value in entries
            if isinstance(value, Scalar)
        ]
        return [self._beside(lead, line), *body]

    def _filled(self, pad: str, lead: str, node: Node, indent: int) -> list[str]:
        """Braces over several lines, each as full as it can be, below their key."""
        opening, closing = ("{", "}") if isinstance(node, Mapping) else ("[", "]")
        parts = self._parts(node)
        lines, start = ([pad + lead], " " * (indent + 2)) if lead != "-" else ([], pad + "- ")
        if len(start + self._inline(node)) <= WIDEST:
            return [*lines, start + self._inline(node)]
        current = start + opening
        blank = " " * (indent + 3)
        for at, part in enumerate(parts):
            ended = part + (closing if at == len(parts) - 1 else ",")
            joined = current + ("" if current.endswith(opening) or current == blank else " ") + ended
            if len(joined) > WIDEST_FILLED and current.strip() not in (opening, "- " + opening, ""):
                lines.append(current)
                joined = blank + ended
            current = joined
        return [*lines, current]

    def _block_text(self, lead: str, node: Scalar, indent: int) -> list[str]:
        header, *body = node.written.rstrip().split("\n")
        sign = header.split("#")[0].strip()
        if not re.fullmatch(r"[|>][+-]?", sign) or sign.endswith("+"):
            raise _StayError
        if node.path == "table" and sign[0] == "|":
            body = aligned(node.text) or body
        margins = [len(one) - len(one.lstrip(" ")) for one in body if one.strip()]
        margin = margins[0] if margins else 0
        first = self._beside(f"{lead} {sign}", self._line(node.start))
        if any(one < margin for one in margins) or ("#" in header and "#" not in first):
            raise _StayError
        return [first, *(" " * indent + one[margin:].rstrip() if one.strip() else "" for one in body)]

    def _several_lines(self, lead: str, node: Scalar, indent: int) -> list[str]:
        """A plain or quoted text over several lines, which YAML joins."""
        first, last = self._line(node.start), self._line(node.end - 1)
        escaped = any(line.rstrip().endswith("\\") for line in node.written.split("\n"))
        if escaped or self.comments.within(first, last - 1):
            raise _StayError
        lines = [line.strip() for line in node.written.strip().split("\n")]
        body = [f"{lead} {lines[0]}", *(" " * indent + line if line else "" for line in lines[1:])]
        return [*body[:-1], self._beside(body[-1], last)]

    def _inline(self, node: Node) -> str:
        if isinstance(node, Scalar):
            flow = self._inside_braces(node)
            return " ".join(written(self.file, node, flow=flow).split("\n")) if not flow else self._one_line(node)
        opening, closing = ("{", "}") if isinstance(node, Mapping) else ("[", "]")
        bare = isinstance(node, Mapping) and self.text[node.start] != "{" and self._inside_braces(node)
        text = ", ".join(self._parts(node))
        return text if bare else opening + text + closing

    def _one_line(self, node: Scalar) -> str:
        if "\n" in node.written.strip():
            if not node.plain and ("\\\n" in node.written or "\n\n" in node.written):
                raise _StayError
            return " ".join(line.strip() for line in node.written.strip().split("\n"))
        return written(self.file, node, flow=True)

    def _inside_braces(self, node: Node) -> bool:
        """Whether a node stands inside braces or brackets, or is about to."""
        return node.start in self._flow_starts

    def _parts(self, node: Node) -> list[str]:
        if isinstance(node, Mapping):
            entries = in_order(self.file, node)
            self._flow_starts |= {value.start for _, value in entries}
            return [f"{key.written}: {self._inline(value)}".rstrip() for key, value in entries]
        items = node.items if isinstance(node, Sequence) else ()
        self._flow_starts |= {item.start for item in items}
        return [self._inline(item) for item in items]

    _flow_starts: frozenset[int] = frozenset()

    def _beside(self, line: str, number: int) -> str:
        """A line with the comment that stood behind it, in the same column where it fits."""
        comment = self.comments.beside(number)
        if comment is None:
            return line
        column, text = comment
        return line + " " * max(2, column - len(line)) + text


def _meaning(file: str, node: Node) -> object:
    """What a node says, however it is written: expressions by their canonical text, keys in no order."""
    if isinstance(node, Mapping):
        return {name: _meaning(file, value) for name, (_, value) in node.entries.items()}
    if isinstance(node, Sequence):
        return [_meaning(file, item) for item in node.items]
    if node.path == "table" and node.style == "|":
        return aligned(node.text) or node.text
    return spaced(node.text) if is_expression(file, node.path) else node.text.strip("\n")
