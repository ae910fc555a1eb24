"""YAML text -> a tree of nodes that keep their exact text and place.

Only the events of the YAML reader are used: it resolves no types, so `0.10` stays `0.10`, and builds nothing,
so a file can neither run code nor unfold into more than it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from rules.errors import Diagnostic
from rules.source import Cell, Span
from rules.syntax import messages_yaml
from rules.syntax.documents import Document, bad_text
from rules.syntax.messages import Spot
from rules.syntax.places import decode
from rules.syntax.quick_yaml import quick_events

MAX_DEPTH = 50
MAX_NODES = 100_000
MAX_IN_ALL = 150_000
"""Of all files of a policy together, so that many dense ones take no longer than a few seconds."""
"""Keys, values and lists in one file: six thousand rules written out, or ten thousand rows with their reasons."""

_MOST_PROBLEMS = 100

_COLON = re.compile(r"\s*:")
_ENTRY = re.compile(r"\s*(- )?[\w.]+:( |$)")
_DIRECTIVE = re.compile(r"^%.*", re.MULTILINE)

# Problems noticed at the end of something that went wrong where it began.
_ABOUT_THE_BEGINNING = ("could not find expected ':'", "end of stream", "document separator", "<stream end>")


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    document: Document = field(repr=False)
    start: int
    end: int
    path: str

    @property
    def span(self) -> Span:
        """Where the node stands, cut at the end of its first line."""
        return self.document.span(self.start, self.end)

    @property
    def written(self) -> str:
        """The node as the file has it."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True, eq=False)
class Scalar(_Node):
    """A text. `style` is "" for a plain one, else its sign: `'`, `"`, `|` or `>`."""

    text: str
    style: str

    @property
    def plain(self) -> bool:
        """Whether it stands without quotes on its line: only then is `5` a number and `null` nothing."""
        return self.style == ""

    @property
    def cell(self) -> Cell:
        """The text with the place of every character; made only for those that need it."""
        text, offsets = decode(self.style, self.written, self.start, self.text)
        document = self.document
        if "\n" not in self.written:
            line, column = document.place(self.start)
            shift = column - self.start
            return Cell(text, document.file, tuple((line, shift + offset) for offset in offsets))
        return Cell(text, document.file, tuple(document.place(offset) for offset in offsets))


@dataclass(frozen=True, slots=True, eq=False)
class Sequence(_Node):
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Mapping(_Node):
    """Keys and values in the order of the file."""

    entries: Map[str, tuple[Scalar, Node]]


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Room:
    """How many keys, values and lists the files of a policy may still have."""

    left: int = MAX_IN_ALL


def read(file: str, text: str, room: Room | None = None) -> tuple[Node | None, list[Diagnostic]]:
    """The tree of one file and what is wrong with its YAML; no tree where it cannot be trusted.

    Takes from the `room` of its policy; where none is left, which was told then, nothing is read.
    """
    room = room or Room()
    document = Document(file, text)
    found = bad_text(document)
    if found or room.left < 0:
        return None, found
    return _Composer(document, found, room).compose(), found


def _at_its_key(key: Scalar, value: Node) -> Node:
    """A value of nothing stands where its key does; YAML has it anywhere up to the next word."""
    if isinstance(value, Scalar) and value.start == value.end:
        return Scalar(key.document, key.start, key.end, key.path, "", "")
    return value


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _events(text: str) -> Iterator[Any]:
    quick = quick_events(text)
    events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text) if quick is None else quick
    return events


class _StopError(Exception):
    """The rest of the file cannot be read; the reason is already among the diagnostics."""


class _Composer:
    """Events -> nodes. The depth is bounded, so that the recursion is."""

    def __init__(self, document: Document, found: list[Diagnostic], room: Room) -> None:
        self._document = document
        self._found = found
        self._room = room
        self._reached = (0, 0)
        self._nodes = 0
        self._events = self._followed(_events(document.text))

    def compose(self) -> Node | None:
        try:
            return self._only_document()
        except _StopError:
            return None
        except MarkedYAMLError as error:
            begun_there = any(part in str(error.problem) for part in _ABOUT_THE_BEGINNING)
            mark = (begun_there and error.context_mark) or error.problem_mark or error.context_mark
            problem = str(error.problem)
            if self._never_closed(error):
                mark, problem = error.context_mark, messages_yaml.NEVER_CLOSED
            self._syntax(mark.line, mark.column, problem)
        except (ValueError, OverflowError):
            self._syntax(*self._reached, "no such character")
        except Exception as error:  # the YAML reader has crashes of its own on broken input
            self._syntax(*self._reached, str(error))
        return None

    def _followed(self, events: Iterator[Any]) -> Iterator[Any]:
        for event in events:
            self._reached = (event.end_mark.line, event.end_mark.column)
            yield event

    def _never_closed(self, error: MarkedYAMLError) -> bool:
        """Whether a bracket is open although the next entry of the file has begun."""
        opened, noticed = error.context_mark, error.problem_mark
        if opened is None or "expected ',' or" not in str(error.problem) or opened.line >= noticed.line:
            return False
        first, line = self._document.line(opened.line + 1), self._document.line(noticed.line + 1)
        return _ENTRY.match(line) is not None and _indent(line) <= _indent(first)

    def _syntax(self, line: int, column: int, problem: str) -> None:
        above = messages_yaml.wide_colon(self._document.line(line)) if line > 0 else -1
        if above >= 0:
            line, column = line - 1, above
        whole = self._document.line(line + 1)
        spot = Spot(Span(self._document.file, line + 1, column + 1))
        self._found.append(messages_yaml.yaml_syntax(spot, problem, whole))

    def _only_document(self) -> Node | None:
        root: Node | None = None
        begun = False
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if begun:
                    self._found.append(messages_yaml.several_documents(self._spot(event)))
                    return root
                begun = True
                if event.version or event.tags:
                    self._found.append(self._directive(event))
            elif not isinstance(event, StreamEndEvent | DocumentEndEvent) and begun:
                root = self._node(event, "", 1)
        if root is None:
            self._found.append(messages_yaml.empty_file(Spot(Span(self._document.file, 1, 1))))
        return root

    def _directive(self, event: Any) -> Diagnostic:
        written = _DIRECTIVE.search(self._document.text)
        if written is None:
            return messages_yaml.refused(self._spot(event), "directive", "%")
        return messages_yaml.refused(Spot(self._document.span(*written.span())), "directive", written[0])

    def _spot(self, event: Any, path: str = "") -> Spot:
        return Spot(self._document.span(event.start_mark.index, event.end_mark.index), path)

    def _node(self, event: Any, path: str, depth: int) -> Node:
        self._nodes += 1
        self._room.left -= 1
        if self._nodes > MAX_NODES or self._room.left < 0:
            limit, alone = (MAX_NODES, True) if self._nodes > MAX_NODES else (MAX_IN_ALL, False)
            self._found.append(messages_yaml.too_many_nodes(self._spot(event, path), limit, alone))
            raise _StopError
        if len(self._found) > _MOST_PROBLEMS:
            raise _StopError
        if isinstance(event, AliasEvent):
            self._found.append(messages_yaml.refused(self._spot(event, path), "alias", f"*{event.anchor}"))
            raise _StopError
        if event.anchor is not None:
            self._found.append(messages_yaml.refused(self._spot(event, path), "anchor", f"&{event.anchor}"))
        if event.ctag is not None:
            spot = self._spot(event, path)
            written = self._document.text[event.start_mark.index : event.start_mark.index + 40].split()[0]
            self._found.append(messages_yaml.refused(spot, "tag", written))
        if isinstance(event, ScalarEvent):
            start, end = event.start_mark.index, event.end_mark.index
            return Scalar(self._document, start, end, path, event.value, event.style or "")
        if depth > MAX_DEPTH:
            self._found.append(messages_yaml.too_deep(self._spot(event, path), MAX_DEPTH))
            raise _StopError
        if isinstance(event, SequenceStartEvent):
            return self._sequence(event, path, depth)
        return self._mapping(event, path, depth)

    def _sequence(self, start: SequenceStartEvent, path: str, depth: int) -> Sequence:
        items: list[Node] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event, f"{path}[{len(items)}]", depth + 1))
        return Sequence(self._document, start.start_mark.index, event.end_mark.index, path, tuple(items))

    def _mapping(self, start: MappingStartEvent, path: str, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        text = self._document.text
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._node(event, path, depth + 1)
            name = key.text if isinstance(key, Scalar) else ""
            below = f"{path}.{name}" if path else name
            value = self._node(next(self._events), below, depth + 1)
            if not isinstance(key, Scalar) or not name.strip():
                self._found.append(messages_yaml.bad_key(key))
            elif name in entries:
                self._found.append(messages_yaml.duplicate_key(key, name, entries[name][0].span))
            elif isinstance(value, Scalar) and value.start == value.end and not _COLON.match(text, key.end):
                self._found.append(messages_yaml.torn_value(key, name))
            else:
                named = Scalar(self._document, key.start, key.end, below, name, key.style)
                entries[name] = (named, _at_its_key(named, value))
        at, to = start.start_mark.index, event.end_mark.index
        return Mapping(self._document, at, to, path, entries)
