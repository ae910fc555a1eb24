"""Positions in lists and texts: from 1, or from the end where negative; a fraction is cut off."""

from __future__ import annotations

from decimal import Decimal

from rules.feel.errors import FeelFault


def index(position: Decimal, length: int) -> int:
    """The index from 0; raises `FeelFault` where nothing stands at the position."""
    if not 1 <= abs(position) < length + 1:
        raise FeelFault(f"there is nothing at position {position} of {length}")
    at = int(position)
    return at - 1 if at > 0 else length + at
