"""The events of plain YAML from the reader in C, in a twentieth of the time; of all other YAML, none.

The reader in C knows YAML 1.1, and a few words mean something else there or end elsewhere: comments beside
blocks of text, values of nothing, document marks. A file with any of those, or with anything that is refused,
or that it cannot read, is left to the reader of YAML 1.2. Of what it takes, both make the same events (a test
compares them), so no file means one thing here and another there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from ruamel.yaml import events as ours

MOST_EVENTS = 300_000
"""Of a file with more, something will have to be told."""

_HEAD = re.compile(r"[|>][-+]?\n")
_LOADER: Any = getattr(yaml, "CSafeLoader", None)


def quick_events(text: str) -> Iterator[Any] | None:
    """The events, or None where the other reader is to be asked."""
    if _LOADER is None or not all(_plain(event, text) for event in _counted(text)):
        return None
    return map(_as_ours, yaml.parse(text, _LOADER))


def _counted(text: str) -> Iterator[Any]:
    """The events, and None where they end before their time."""
    try:
        for number, event in enumerate(yaml.parse(text, _LOADER)):
            yield event if number < MOST_EVENTS else None
    except (yaml.YAMLError, ValueError):
        yield None


def _plain(event: Any, text: str) -> bool:
    match event:
        case yaml.ScalarEvent(start_mark=start, end_mark=end):
            if event.style in ("|", ">") and not _plain_block(text, start.index, end.index):
                return False
            return start.index < end.index and event.anchor is None and event.tag is None
        case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
            return event.anchor is None and event.tag is None
        case yaml.DocumentStartEvent() | yaml.DocumentEndEvent():
            return not event.explicit
        case None | yaml.AliasEvent():
            return False
    return True


def _plain_block(text: str, start: int, end: int) -> bool:
    """Whether a block of text has a head that says nothing more, and no comment in or after it."""
    after = text.find("\n", end)
    return _HEAD.match(text, start) is not None and "#" not in text[start : len(text) if after < 0 else after]


def _as_ours(event: Any) -> Any:
    made = getattr(ours, type(event).__name__)
    marks = event.start_mark, event.end_mark
    match event:
        case yaml.ScalarEvent():
            return made(None, None, event.implicit, event.value, *marks, style=event.style)
        case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
            return made(None, None, event.implicit, *marks, flow_style=event.flow_style)
    return made(*marks)
