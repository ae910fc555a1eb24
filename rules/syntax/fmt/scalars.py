"""One scalar as it is written: plain where that is certain to mean the same, else in the author's quotes."""

from __future__ import annotations

import re
from typing import Final

from rules.syntax.fmt.expressions import is_expression, spaced
from rules.syntax.yaml_nodes import Scalar

_FIRST: Final = re.compile(r"[^\W\d_]")
_BREAKING: Final = re.compile(r":(\s|$)|\s#|[\t\n]")
_FLOW: Final = re.compile(r"[,\[\]{}]")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def written(file: str, node: Scalar, *, flow: bool) -> str:
    """The scalar on one line; `flow` inside braces or brackets, where more must be quoted."""
    text = spaced(node.text) if is_expression(file, node.path) else node.text
    if node.plain:
        return text if text == node.text or _still_plain(text, node.text, flow) else node.written.strip()
    if _plain(text, flow):
        return text
    if text == node.text or "\n" in text:
        return node.written
    return _single(text) if node.style == "'" else _double(text)


def _still_plain(text: str, before: str, flow: bool) -> bool:
    """Whether plain text whose blanks have changed is still plain text."""
    return text[:1] == before[:1] and not _BREAKING.search(text) and not (flow and _FLOW.search(text))


def _plain(text: str, flow: bool) -> bool:
    """Whether text without quotes is that very text to every reader."""
    if not _FIRST.match(text) or text != text.strip() or _BREAKING.search(text) or text.lower() in _WORDS:
        return False
    return not (flow and _FLOW.search(text))


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _double(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
