"""The text of a value, as string() gives it."""

from __future__ import annotations

from decimal import Decimal

from rules.feel import kinds
from rules.feel.kinds import kind_of
from rules.feel.printer import show_number, show_string
from rules.feel.temporal_text import format_temporal
from rules.model.values import Range, Value


def text_of(value: Value) -> str:
    """A text as it is; anything else as its literal would be written."""
    return value if isinstance(value, str) else _literal(value)


def _literal(value: Value) -> str:
    kind = kind_of(value)
    if kind in (kinds.DATE, kinds.TIME, kinds.DATE_TIME, kinds.DAYS, kinds.MONTHS):
        return format_temporal(value)
    if isinstance(value, str):
        return show_string(value)
    if isinstance(value, Decimal):
        return show_number(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Range):
        return _range(value)
    return {None: "null", True: "true", False: "false"}.get(value, kind) if kind != kinds.FUNCTION else kind


def _range(value: Range) -> str:
    if value.low is None:
        return f"({'<=' if value.high_closed else '<'} {_literal(value.high)})"
    if value.high is None:
        return f"({'>=' if value.low_closed else '>'} {_literal(value.low)})"
    low, high = ("[" if value.low_closed else "("), ("]" if value.high_closed else ")")
    return f"{low}{_literal(value.low)}..{_literal(value.high)}{high}"
