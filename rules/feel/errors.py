"""What can go wrong with an expression: it cannot be read, or its evaluation meets a fault."""

from __future__ import annotations

from dataclasses import dataclass


class FeelSyntaxError(Exception):
    """The text is not FEEL; `start` and `end` are offsets into it, `hint` says how to mend it."""

    def __init__(self, message: str, start: int, end: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint


def brief(text: str, limit: int = 60) -> str:
    """The text, not too long for a message."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an expression became null although its operands were there; offsets into its text."""

    message: str
    start: int
    end: int


class FeelFault(Exception):
    """Raised by operators and builtins, caught by the evaluator, which makes a `Fault` and null of it."""
