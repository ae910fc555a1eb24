"""What the parts of the lift share: where names come from, and what Python's operators are trusted with."""

from __future__ import annotations

from typing import Protocol

from rules.model.expr import Ref
from rules.model.types import BOOLEAN, DATE, NUMERIC, TEXT, Enum, Type


class UnliftableError(Exception):
    """A node has no Python form, so that it, or the loop around it, is evaluated as a tree."""


class Names(Protocol):
    """Where generated code finds things. `short` has the expressions for lists whose length is checked."""

    short: set[str]

    def ref(self, ref: Ref) -> str:
        """The Python expression for a resolved name."""

    def constant(self, value: object) -> str:
        """The Python expression for a constant."""


def simple(left: Type, right: Type) -> bool:
    """Whether Python's operators order and equate values of these types as FEEL does."""
    if left in NUMERIC:
        return right in NUMERIC
    if left in (DATE, BOOLEAN):
        return right == left
    return _is_text(left) and _is_text(right)


def ordered(type_: Type) -> bool:
    """Whether Python's `min`, `max` and `sorted` order values of the type as FEEL does."""
    return type_ in NUMERIC or type_ == DATE or _is_text(type_)


def _is_text(type_: Type) -> bool:
    return type_ == TEXT or isinstance(type_, Enum)
