"""Canonical text of rule files: stable order of keys, two blanks of indentation, aligned tables.

What the author chose where there is a choice stays: block or braces, folded texts, comments, blank lines
between entries, parentheses, the spelling of numbers. Nothing that is formatted means anything else than before.
"""

from rules.syntax.fmt.format import format_text

__all__ = ["format_text"]
