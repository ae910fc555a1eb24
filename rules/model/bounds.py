"""How large a fact's value may be: declared bounds, or those of `docs/language.md` L2 where none are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rules.model.policy import Fact
from rules.model.types import DATE, INTEGER, MONEY, NUMBER, RATIO, Type

MAX_TEXT: Final = 1_000
MAX_ITEMS: Final = 10_000
MAX_PLACES: Final = 18
_LARGEST: Final[dict[Type, Decimal]] = {
    MONEY: Decimal("999999999999.99"),
    INTEGER: Decimal(2**53 - 1),
    NUMBER: Decimal(10**15),
    RATIO: Decimal(10**15),
}
_GRID: Final[dict[Type, Decimal]] = {MONEY: Decimal("0.01"), INTEGER: Decimal(1), DATE: Decimal(1)}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Inclusive ends, and the step between neighbouring values (None: no smallest step).

    Dates are counted as their proleptic Gregorian ordinal, in days.
    """

    low: Decimal
    high: Decimal
    step: Decimal | None


def bounds_of(fact: Fact) -> Bounds | None:
    """The bounds of a numeric or date fact, None for any other type."""
    return bounds(fact.type, fact.minimum, fact.maximum)


def bounds(type_: Type, minimum: Decimal | None = None, maximum: Decimal | None = None) -> Bounds | None:
    """The bounds of a type, narrowed by declared ones."""
    if type_ == DATE:
        return Bounds(Decimal(dt.date.min.toordinal()), Decimal(dt.date.max.toordinal()), _GRID[DATE])
    largest = _LARGEST.get(type_)
    if largest is None:
        return None
    low = -largest if minimum is None else minimum
    high = largest if maximum is None else maximum
    return Bounds(low, high, _GRID.get(type_))
