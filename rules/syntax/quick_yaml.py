"""The events of plain YAML from the reader in C, in a twentieth of the time; of all other YAML, none.

The reader in C knows YAML 1.1, and a few words mean something else there or end elsewhere: comments beside
blocks of text, values of nothing, document marks. A file with any of those, or with anything that is refused,
or that it cannot read, is left to the reader of YAML 1.2. Of what it takes, both make the same events (a test
compares them), so no file means one thing here and another there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import yaml
from ruamel.yaml import events as ours

MOST_EVENTS = 300_000
"""Of a file with more, something will have to be told."""

_HEAD = re.compile(r"[|>][-+]?\n")
_LOADER: Any = getattr(yaml, "CSafeLoader", None)
_Make = Callable[[Any, str], Any]


def quick_events(text: str) -> Iterator[Any] | None:
    """The events, or None where the other reader is to be asked."""
    if _LOADER is None:
        return None
    made: list[Any] = []
    try:
        for event in yaml.parse(text, _LOADER):
            one = _MADE[type(event)](event, text) if len(made) < MOST_EVENTS else None
            if one is None:
                return None
            made.append(one)
    except (yaml.YAMLError, ValueError):
        return None
    return iter(made)


def _scalar(event: yaml.ScalarEvent, text: str) -> ours.ScalarEvent | None:
    start, end = event.start_mark, event.end_mark
    if event.style in ("|", ">") and not _plain_block(text, start.index, end.index):
        return None
    if start.index >= end.index or event.anchor is not None or event.tag is not None:
        return None
    return ours.ScalarEvent(None, None, event.implicit, event.value, start, end, style=event.style)


def _plain_block(text: str, start: int, end: int) -> bool:
    """Whether a block of text has a head that says nothing more, and no comment in or after it."""
    after = text.find("\n", end)
    return _HEAD.match(text, start) is not None and "#" not in text[start : len(text) if after < 0 else after]


def _start_of(made: Callable[..., ours.Event]) -> _Make:
    def make(event: Any, _: str) -> ours.Event | None:
        if event.anchor is not None or event.tag is not None:
            return None
        return made(None, None, event.implicit, event.start_mark, event.end_mark, flow_style=event.flow_style)

    return make


def _mark(made: Callable[..., ours.Event]) -> _Make:
    def make(event: Any, _: str) -> ours.Event:
        return made(event.start_mark, event.end_mark)

    return make


def _document(made: Callable[..., ours.Event]) -> _Make:
    def make(event: Any, _: str) -> ours.Event | None:
        return None if event.explicit else made(event.start_mark, event.end_mark)

    return make


def _never(event: Any, text: str) -> None:
    return None


_MADE: Final[dict[type, _Make]] = {
    yaml.StreamStartEvent: _mark(ours.StreamStartEvent),
    yaml.StreamEndEvent: _mark(ours.StreamEndEvent),
    yaml.DocumentStartEvent: _document(ours.DocumentStartEvent),
    yaml.DocumentEndEvent: _document(ours.DocumentEndEvent),
    yaml.MappingStartEvent: _start_of(ours.MappingStartEvent),
    yaml.MappingEndEvent: _mark(ours.MappingEndEvent),
    yaml.SequenceStartEvent: _start_of(ours.SequenceStartEvent),
    yaml.SequenceEndEvent: _mark(ours.SequenceEndEvent),
    yaml.ScalarEvent: _scalar,
    yaml.AliasEvent: _never,
}
"""What becomes of each kind of event; None where the other reader is to be asked."""
