"""Diagnostics: what is wrong in a rule file, where, what was expected and how to mend it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rules.source import Span

Severity = Literal["error", "warning"]

DOCS: Final = "docs/errors.md"
"""The page with an entry for every code."""

_WIDEST: Final = 100
"""Columns of a line that are drawn; of a wider one only what stands around the place."""

_SEEN: Final = 400
"""Characters on each side of a place that may be drawn: wider than the columns, as some characters take none."""


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

    @property
    def docs(self) -> str:
        """Where the code is explained."""
        return f"{DOCS}#{self.code}"


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
    """The headline, the line itself with a caret under the span, the hint, and the YAML path.

    `texts` maps file names to their text; a file that is not there is drawn without its line.
    """
    return _drawn(diagnostic, texts.get(diagnostic.span.file, "").split("\n"))


def _drawn(diagnostic: Diagnostic, lines: Sequence[str]) -> str:
    parts = [headline(diagnostic), *_picture(diagnostic.span, lines)]
    parts += [f"      = {line}" for line in diagnostic.hint.split("\n") if line]
    if ("." in diagnostic.path or "[" in diagnostic.path) and len(diagnostic.path) < _WIDEST:
        parts.append(f"      = in {diagnostic.path}")
    return "\n".join(parts)


def report(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> str:
    """Every diagnostic drawn, where each code is explained, and how many there are."""
    listed = tuple(diagnostics)
    lines = {file: texts.get(file, "").split("\n") for file in {one.span.file for one in listed}}
    codes = sorted({one.docs for one in listed})
    links = [("see " if at == 0 else "    ") + link for at, link in enumerate(codes)]
    return "\n\n".join([*(_drawn(one, lines[one.span.file]) for one in listed), "\n".join([*links, counted(listed)])])


def counted(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`."""
    severities = [one.severity for one in diagnostics]
    numbers = [(severities.count("error"), "error"), (severities.count("warning"), "warning")]
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in numbers if n)


def width(text: str) -> int:
    """Columns that a terminal needs for the text: two for a wide East Asian character."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _picture(span: Span, lines: Sequence[str]) -> list[str]:
    """The line that the span stands on, and carets under it; of a very long one only what can be seen is looked at."""
    if not 1 <= span.line <= len(lines) or not lines[span.line - 1].strip():
        return []
    line = lines[span.line - 1].rstrip("\r")
    start, end = span.column - 1, span.column - 1 + span.length
    parts = (line[max(0, start - _SEEN) : start], line[start : min(end, start + _SEEN)], line[end : end + _SEEN])
    before, under, after = ("".join(map(_visible, part)) for part in parts)
    before, under, after = _window(before, under, after)
    gutter = f"{span.line:>5} | "
    carets = "^" * max(1, width(under))
    return [gutter + before + under + after, " " * (len(gutter) - 2) + "| " + _blank(before) + carets]


def _window(before: str, under: str, after: str) -> tuple[str, str, str]:
    """The same three parts, cut where the line is too wide to be read."""
    if width(before + under + after) <= _WIDEST:
        return before, under, after
    under = _cut(under, _WIDEST)
    left = max(_WIDEST // 2, _WIDEST - width(under + after))
    if width(before) > left - width(under):
        room = max(left - width(under), 20)
        before = _cut(before[::-1], room)[::-1]
    return before, under, _cut(after, max(_WIDEST - width(before + under), 10))


def _cut(text: str, room: int) -> str:
    """As much of the beginning as fits, and `…` for the rest."""
    taken = fits = 0
    for at, character in enumerate(text):
        taken += width(character)
        if taken < room:
            fits = at + 1
        elif taken > room:
            return text[:fits] + "…"
    return text


def _visible(character: str) -> str:
    """The character, or a sign for one that cannot be seen or would move the others."""
    odd = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character != "\t"
    return "\ufffd" if odd else character


def _blank(text: str) -> str:
    return "".join("\t" if c == "\t" else " " * width(c) for c in text)
