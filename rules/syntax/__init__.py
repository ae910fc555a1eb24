"""Rule files -> a policy set in which everything knows its place."""

from rules.syntax.load import load, load_cases, read

__all__ = ["load", "load_cases", "read"]
