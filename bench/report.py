"""Tables that are printed, and put into `docs/performance.md` where that is asked for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown, its columns as wide as what is in them; the first to the left, numbers to the right."""
    cells = [list(map(str, head)), *(list(map(str, row)) for row in rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = []
    for first, *others in (cells[0], rule, *cells[1:]):
        right = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        lines.append(f"| {' | '.join((first.ljust(widths[0]), *right))} |")
    return "\n".join(lines)


def publish(name: str, text: str, write: bool) -> None:
    """Print a part, and put it between its marks in the page."""
    print(f"{text}\n", flush=True)
    if not write:
        return
    page = PAGE.read_text(encoding="utf-8")
    marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if marks.search(page) is None:
        raise SystemExit(f"{PAGE.name} has no place for `{name}`")
    today = dt.datetime.now(dt.UTC).date().isoformat()
    PAGE.write_text(marks.sub(lambda m: f"{m[1]}{text}\n\nMeasured {today}.\n{m[2]}", page), encoding="utf-8")
