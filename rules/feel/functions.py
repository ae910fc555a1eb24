"""Functions as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.model.expr import Expr
from rules.model.values import Value


class Native:
    """A function that is not written in FEEL; the builtins are such."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function written in FEEL, with the names it was written among; equal only to itself."""

    parameters: tuple[tuple[str, str | None], ...]
    body: Expr
    scope: Mapping[str, Value]
    external: bool = False
