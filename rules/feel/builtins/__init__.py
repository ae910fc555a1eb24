"""The functions of the language, by name, for the evaluator, a checker and a compiler alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules.feel.builtins.base import Builtin, Overload, Parameter
from rules.feel.builtins.business import BUSINESS
from rules.feel.builtins.contexts import CONTEXTS
from rules.feel.builtins.conversion import CONVERSION
from rules.feel.builtins.listing import LISTING
from rules.feel.builtins.lists import LISTS
from rules.feel.builtins.matching import MATCHING
from rules.feel.builtins.numbers import NUMBERS
from rules.feel.builtins.ranges import RANGES
from rules.feel.builtins.temporal import TEMPORAL
from rules.feel.builtins.text import TEXT

__all__ = ["BUILTINS", "Builtin", "Overload", "Parameter"]

BUILTINS: Final[Mapping[str, Builtin]] = MappingProxyType(
    {
        found.name: found
        for theme in (NUMBERS, TEXT, MATCHING, LISTS, LISTING, CONTEXTS, TEMPORAL, RANGES, CONVERSION, BUSINESS)
        for found in theme
    }
)
"""Every builtin under its name as it is written."""
