"""Exact decimals as text, and back within bounds; always with a context of our own."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

EXACT: Final = Context(prec=1200, rounding=ROUND_HALF_EVEN, Emax=9999, Emin=-9999)
"""Wide enough for every number that the reader lets in, so nothing is ever rounded on the way."""

CENT: Final = Decimal("0.01")
MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that every JSON reader holds exactly (RFC 7493, section 2.2)."""


def places(value: Decimal) -> int:
    """How many decimal places the value itself needs: 0 for 1E+2, 1 for 100.10."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 0:
        return 0
    reduced = value.normalize(EXACT).as_tuple().exponent
    return max(0, -reduced) if isinstance(reduced, int) else 0


def is_integral(value: Decimal) -> bool:
    """Whether the value is whole, whatever its notation."""
    return places(value) == 0


def plain(value: Decimal) -> Decimal:
    """The same value without a positive exponent and without a negative zero."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        value = value.quantize(Decimal(1), context=EXACT)
    return value if value else abs(value)


def cents(value: Decimal) -> Decimal:
    """The value with exactly two places; half a cent goes to the even one."""
    rounded = value.quantize(CENT, context=EXACT)
    return rounded if rounded else abs(rounded)


def text(value: Decimal) -> str:
    """The one canonical text of a value: no exponent, no trailing zeros, no minus before zero."""
    if not value:
        return "0"
    return format(value.normalize(EXACT), "f")
