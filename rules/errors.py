"""Diagnostics: what is wrong in a rule file, where, what was expected and how to mend it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rules.source import Span

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` is stable; `path` names the YAML path (`rules[2].when`) where it helps."""

    code: str
    span: Span
    message: str
    hint: str = ""
    path: str = ""
    severity: Severity = "error"

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Reading order: file, line, column, then code and message."""
        return (self.span.file, self.span.line, self.span.column, self.code, self.message)


class PolicyError(Exception):
    """The policy files do not make a policy; carries every diagnostic, sorted."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = in_order(diagnostics)
        super().__init__("\n".join(headline(d) for d in self.diagnostics))


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each diagnostic once, in reading order."""
    return tuple(sorted(set(diagnostics), key=lambda d: d.order))


def headline(diagnostic: Diagnostic) -> str:
    """`file:line:column: severity[code] message`, the form editors jump to."""
    span = diagnostic.span
    place = f"{span.file}:{span.line}:{span.column}"
    return f"{place}: {diagnostic.severity}[{diagnostic.code}] {diagnostic.message}"


def draw(diagnostic: Diagnostic, texts: Mapping[str, str]) -> str:
    """The headline, the line itself with a caret under the span, and the hint.

    `texts` maps file names to their text; a file that is not there is drawn without its line.
    """
    parts = [headline(diagnostic)]
    lines = texts.get(diagnostic.span.file, "").split("\n")
    span = diagnostic.span
    if 1 <= span.line <= len(lines) and lines[span.line - 1].strip():
        line = lines[span.line - 1].rstrip("\r")
        gutter = f"{span.line:>5} | "
        before, under = line[: span.column - 1], line[span.column - 1 : span.column - 1 + span.length]
        parts.append(gutter + line)
        parts.append(" " * (len(gutter) - 2) + "| " + _blank(before) + "^" * max(1, width(under)))
    if diagnostic.hint:
        parts.append(f"      = {diagnostic.hint}")
    return "\n".join(parts)


def width(text: str) -> int:
    """Columns that a terminal needs for the text: two for a wide East Asian character."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _blank(text: str) -> str:
    return "".join("\t" if c == "\t" else " " * width(c) for c in text)
