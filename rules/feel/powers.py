"""How tightly operators bind, for the parser and the printer alike; what binds more tightly has more."""

from __future__ import annotations

from typing import Final

OPEN: Final = 0
OR: Final = 1
AND: Final = 2
COMPARISON: Final = 3
ADDITION: Final = 4
MULTIPLICATION: Final = 5
POWER: Final = 6
NEGATION: Final = 7
POSTFIX: Final = 8
ATOM: Final = 9
