"""Places in a JSON value: reading, replacing, leaving out; and as JSON pointers (RFC 6901)."""

from __future__ import annotations

from typing import Any

Steps = tuple[str | int, ...]
"""The way to a place: names of members and positions in lists."""


def pointer_of(steps: Steps) -> str:
    """The JSON pointer of a place."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def steps_of(value: Any, pointer: str) -> Steps:
    """The way that a pointer goes in a value, which says what is a position and what a name."""
    steps: list[str | int] = []
    for part in pointer.split("/")[1:]:
        step: str | int = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and part.isdecimal():
            step = int(part)
        steps.append(step)
        value = value_at(value, (step,))
    return tuple(steps)


def value_at(value: Any, steps: Steps) -> Any:
    """What stands at a place; None where nothing does."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def put(value: Any, steps: Steps, new: Any) -> None:
    """Let another value stand at a place that there is."""
    value_at(value, steps[:-1])[steps[-1]] = new


def leave_out(value: Any, steps: Steps) -> None:
    """Take a member away, and every object that is empty without it, but for the first."""
    del value_at(value, steps[:-1])[steps[-1]]
    if len(steps) > 2 and not value_at(value, steps[:-1]):
        leave_out(value, steps[:-1])
