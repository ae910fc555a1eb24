"""Short ways to say what an expression is worth."""

from __future__ import annotations

from collections.abc import Sequence

from rules.feel.evaluate import Fault, evaluate
from rules.feel.parser import parse
from rules.model.values import Value


def value(text: str, env: dict[str, Value] | None = None) -> Value:
    """The value of a text, which must have no fault."""
    faults: list[Fault] = []
    found = evaluate(parse(text, env or ()), env or {}, faults)
    assert faults == []
    return found


def is_fault(text: str) -> bool:
    """Whether the value is null for one reason, and the reason is told."""
    faults: list[Fault] = []
    return evaluate(parse(text), {}, faults) is None and len(faults) == 1


def alike(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """The pairs that are not worth the same, for a test that wants none."""
    return [f"{left} is {value(left)}, not {right}" for left, right in pairs if value(left) != value(right)]
