"""The known name that a mistyped one was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LONGEST = 80


def nearest(text: str, candidates: Iterable[str]) -> str | None:
    """The most similar candidate, None where none is near; the cost is bounded whatever the text."""
    if len(text) > _LONGEST:
        return None
    known = list(candidates)
    folded = text.strip().casefold().replace("-", "_").replace(" ", "_")
    for name in known:
        if name.casefold() == folded:
            return name
    found = difflib.get_close_matches(text, known, n=1, cutoff=0.6)
    return found[0] if found else None
