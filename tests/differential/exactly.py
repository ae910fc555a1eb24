"""Outcomes as nested tuples in which nothing is equal that a reader could tell apart: `1` is not `true`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rules.model.decision import Outcome, Required


def exactly(value: Any) -> Any:
    """A value with its kind; numbers are compared as numbers, whatever their exponent."""
    match value:
        case Decimal():
            return "number", value
        case list():
            return "list", tuple(exactly(item) for item in value)
        case tuple():
            return tuple(exactly(item) for item in value)
        case Required():
            return value.action, exactly(value.arguments), value.rule
        case Outcome():
            return (
                value.status, exactly(value.values), value.rules, exactly(value.actions),
                value.missing_facts, value.faults, value.certain, value.exact,
            )  # fmt: skip
        case Mapping():
            return "context", tuple((name, exactly(item)) for name, item in value.items())
        case bool() | str() | None | dt.date():
            return type(value).__name__, value
    return type(value).__name__, repr(value)


def essence(outcome: Outcome) -> Any:
    """Status, values and required actions, which a completion may not change; not which rule led there."""
    actions = {(action.action, exactly(action.arguments)) for action in outcome.actions}
    return outcome.status, exactly(outcome.values), frozenset(actions)
