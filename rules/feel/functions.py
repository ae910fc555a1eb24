"""Functions as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.model.expr import Expr
from rules.model.values import Value


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function written in FEEL, with the names it was written among; equal only to itself."""

    parameters: tuple[tuple[str, str | None], ...]
    body: Expr
    scope: Mapping[str, Value]
    external: bool = False
