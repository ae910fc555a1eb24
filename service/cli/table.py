"""Tables for a terminal: columns as wide as what stands in them, two for a wide East Asian character."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.errors import width


def table(head: Sequence[str], rows: Sequence[Sequence[str]], widest: int = 48) -> Iterator[str]:
    """The head, a rule, the rows; a cell wider than `widest` is cut, all but the last of a row."""
    cut = [[*(_cut(cell, widest) for cell in row[:-1]), row[-1]] for row in [head, *rows]]
    widths = [max(width(row[at]) for row in cut) for at in range(len(head) - 1)]
    lines = [_line(row, widths) for row in cut]
    yield lines[0]
    yield "  ".join("─" * size for size in (*widths, width(head[-1])))
    yield from lines[1:]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=False)]
    return "  ".join([*cells, row[-1]]).rstrip()


def _cut(text: str, room: int) -> str:
    if width(text) <= room:
        return text
    while width(text) >= room:
        text = text[:-1]
    return text + "…"
