"""When the conditions of one rule follow from those of another."""

from __future__ import annotations

import pytest

from rules.check.repeated import implied, parts
from rules.feel.parser import parse


def follows(earlier: str, later: str) -> bool:
    """Whether `earlier` holds wherever `later` does; "" has no conditions."""
    first, second = (parts([parse(text)] if text else []) for text in (earlier, later))
    return implied(first, second)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("", "a"),
        ("a > 1", "a > 1"),
        ("a > 1", "b < 2 and a > 1"),
        ("b < 2 and a > 1", "a > 1 and b < 2 and c"),
        ('s in ("x", "y")', 's = "x"'),
        ('s in ("x", "y")', 's in ("y", "x")'),
        ('s in ("x", "y", "z")', 's in ("z", "x") and a'),
        ("a or b", "a or b"),
    ],
)
def test_it_does(earlier: str, later: str) -> None:
    assert follows(earlier, later)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("a", ""),
        ("a > 1", "a > 2"),
        ('s = "x"', 's in ("x", "y")'),
        ('s = "x"', 's = "y"'),
        ("a", "b"),
        ("a and b", "a"),
        ("a", "a or b"),
        ('s = "x" and s = "y"', 's = "x"'),
    ],
)
def test_it_does_not_or_cannot_be_told(earlier: str, later: str) -> None:
    assert not follows(earlier, later)
