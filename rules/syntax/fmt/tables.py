"""Decision tables drawn with pipes: columns as wide as their widest cell, in columns of a terminal."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from rules.errors import width
from rules.syntax.fmt.expressions import spaced, spaced_actions, spaced_tests

_AS_THEY_ARE = ("id", "clause")


def aligned(text: str) -> list[str] | None:
    """The lines of a table; None where it is not one."""
    rows = [_cells(line.strip()) for line in text.split("\n") if line.strip()]
    if len(rows) > 1 and "--" in "".join(rows[1]) and not "".join(rows[1]).strip("-: "):
        del rows[1]  # a ruler, which some editors draw
    if not rows or any(len(row) != len(rows[0]) for row in rows) or not rows[0]:
        return None
    names = [" ".join(name.replace("=>", "=> ", 1).split()) for name in rows[0]]
    header = [_cell(name, str if name.startswith("=>") else spaced) for name in names]
    body = [[_cell(cell, _spacer(name)) for name, cell in zip(names, row, strict=True)] for row in rows[1:]]
    wide = [max(map(width, column)) for column in zip(header, *body, strict=True)]
    return [_row(row, wide) for row in (header, *body)]


def _cells(line: str) -> list[str]:
    bars = [at for at, sign in enumerate(line) if sign == "|" and line[at - 1 : at] != "\\"]
    if len(bars) < 2 or bars[0] != 0 or bars[-1] != len(line) - 1:
        return []
    return [line[left + 1 : right].strip() for left, right in pairwise(bars)]


def _spacer(column: str) -> Callable[[str], str]:
    if column in _AS_THEY_ARE:
        return str
    if column == "actions":
        return spaced_actions
    return spaced if column.startswith("=>") else spaced_tests


def _cell(text: str, spacer: Callable[[str], str]) -> str:
    """The cell in canonical spacing; a bar inside it is escaped as it was."""
    if text in ("", "-"):
        return text
    return spacer(text.replace("\\|", "|")).replace("|", "\\|")


def _row(cells: list[str], wide: list[int]) -> str:
    padded = (cell + " " * (room - width(cell)) for cell, room in zip(cells, wide, strict=True))
    return "| " + " | ".join(padded) + " |"
