"""Where each character of a YAML scalar stands in its file.

YAML folds lines, drops indentation and decodes escapes; a message about a FEEL expression must still point
at the very characters in the file. Each function here reads the raw text of one scalar once more and returns
what YAML makes of it, with the offset of every character; the caller compares the text with YAML's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Decoded = tuple[str, list[int]]
"""A decoded text and the offset of each of its characters, and of its end."""

_BREAK = r"\r?\n"
_GAP = r"(?P<gap>[ \r\n]+)"
_PLAIN = re.compile(rf"{_GAP}|(?P<run>[^ \r\n]+)")
_SINGLE = re.compile(rf"{_GAP}|(?P<quote>'')|(?P<run>[^ \r\n']+)")
_DOUBLE = re.compile(
    rf"{_GAP}|(?P<run>[^ \r\n\\]+)|(?P<joined>\\\r?\n[ \r\n]*)"
    r"|(?P<escape>\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.))"
)
_NAMED = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip


def decode(style: str, raw: str, base: int, value: str) -> Decoded:
    """The scalar `raw`, which starts at offset `base` of its file and which YAML read as `value`.

    `style` is "", "'", '"', "|" or ">". Should the second reading ever differ from YAML's own, every
    character gets the place of the scalar: a coarse place is better than a wrong one.
    """
    for text, offsets in _readings(style, raw):
        if text[: len(value)] == value and (len(text) == len(value) or style in ("|", ">")):
            return value, [base + offset for offset in offsets[: len(value) + 1]]
    return value, [base] * (len(value) + 1)


def _readings(style: str, raw: str) -> Iterator[Decoded]:
    if style == "":
        yield _flow(_PLAIN, raw, 0, len(raw))
    elif style == "'":
        yield _flow(_SINGLE, raw, 1, len(raw) - 1)
    elif style == '"':
        yield _flow(_DOUBLE, raw, 1, len(raw) - 1)
    else:
        lines = _block_lines(raw)
        read = _literal if style == "|" else _folded
        for indent in _indents(lines, explicit=raw[1:3].strip("+-\r\n #") != ""):
            yield read(lines, indent, len(raw))


def _flow(token: re.Pattern[str], raw: str, start: int, end: int) -> Decoded:
    text: list[str] = []
    offsets: list[int] = []
    for match in token.finditer(raw, start, end):
        if match.lastgroup == "run":
            text.append(match[0])
            offsets += range(match.start(), match.end())
            continue
        for character, offset in _special(match):
            text.append(character)
            offsets.append(offset)
    offsets.append(end)
    return "".join(text), offsets


def _special(match: re.Match[str]) -> Iterator[tuple[str, int]]:
    """What a gap, a doubled quote, an escape or an escaped break stands for."""
    start = match.start()
    if match.lastgroup == "quote":
        yield "'", start
    elif match.lastgroup == "escape":
        yield _unescape(match[0]), start
    elif match.lastgroup == "joined":
        yield from (("\n", start + at) for at in _breaks(match[0])[1:])
    else:
        yield from _gap(match[0], start)


def _gap(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Blanks stay; one break is a blank, and of several breaks all but the first stay."""
    breaks = _breaks(text)
    if not breaks:
        yield from ((" ", start + at) for at in range(len(text)))
    elif len(breaks) == 1:
        yield " ", start
    else:
        yield from (("\n", start + at) for at in breaks[1:])


def _breaks(text: str) -> list[int]:
    return [match.start() for match in re.finditer(_BREAK, text)]


def _unescape(escape: str) -> str:
    if len(escape) > 2:
        return chr(int(escape[2:], 16))
    return _NAMED.get(escape[1], escape[1])


def _block_lines(raw: str) -> list[tuple[int, str]]:
    """The lines below the header, each with its offset and without its break."""
    lines: list[tuple[int, str]] = []
    position = raw.find("\n") + 1
    while 0 < position <= len(raw):
        end = raw.find("\n", position)
        stop = len(raw) if end < 0 else end
        line = raw[position:stop]
        if end >= 0 or line:
            lines.append((position, line.removesuffix("\r")))
        position = stop + 1 if end >= 0 else -1
    return lines


def _indents(lines: list[tuple[int, str]], *, explicit: bool) -> list[int]:
    """By how much the text may be indented: as its first line, or less where the header says so."""
    blanks = [len(line) - len(line.lstrip(" ")) for _, line in lines if line.strip(" ")]
    if not blanks:
        return list(range(max((len(line) for _, line in lines), default=0), -1, -1))
    return list(range(blanks[0], -1, -1)) if explicit else [blanks[0]]


def _literal(lines: list[tuple[int, str]], indent: int, end: int) -> Decoded:
    text: list[str] = []
    offsets: list[int] = []
    for position, line in lines:
        content = line[indent:]
        first = position + min(indent, len(line))
        text += [content, "\n"]
        offsets += range(first, first + len(content) + 1)
    offsets.append(end)
    return "".join(text), offsets


def _folded(lines: list[tuple[int, str]], indent: int, end: int) -> Decoded:
    """Single breaks between ordinary lines become blanks; breaks beside indented lines stay."""
    text: list[str] = []
    offsets: list[int] = []
    pending: list[int] = []  # offsets of the breaks since the last line with content
    previous: str | None = None
    for position, line in lines:
        content = line[indent:]
        if content:
            joined = _joint(previous, content, pending)
            text += [character for character, _ in joined]
            offsets += [offset for _, offset in joined]
            text.append(content)
            offsets += range(position + indent, position + indent + len(content))
            previous, pending = content, []
        pending.append(position + len(line))
    text.append("\n" * len(pending))
    offsets += [*pending, end]
    return "".join(text), offsets


def _joint(previous: str | None, content: str, breaks: list[int]) -> list[tuple[str, int]]:
    kept = [("\n", offset) for offset in breaks]
    if previous is None or previous[0] in " \t" or content[0] in " \t":
        return kept
    return kept[1:] or [(" ", breaks[0])]
