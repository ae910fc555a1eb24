"""Proof that two alternatives never hold together: then one match is every match."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product

from rules.engines.durable.integers import HIGHEST, LOWEST
from rules.engines.durable.lower import Alternative, Tests
from rules.engines.durable.properties import FormProperty

Inequality = tuple[dict[str, int], int]
"""`sum of factor * variable <= bound`."""


def exclusive(alternatives: Sequence[Alternative]) -> bool:
    """Whether no two alternatives of different rules can hold for the same facts."""
    return all(
        a.row == b.row or excludes(a.tests, b.tests) for a, b in combinations(alternatives, 2)
    )  # fmt: skip


def excludes(a: Tests, b: Tests) -> bool:
    """Whether the tests contradict each other, on one property or on sums that share a variable."""
    if any((allowed & b[property_]).empty for property_, allowed in a.items() if property_ in b):
        return True
    limits = _limits(a, b)
    return any(
        _contradict(first, second, limits)
        for first, second in product(_inequalities(a), _inequalities(b))
    )  # fmt: skip


def _inequalities(tests: Tests) -> list[Inequality]:
    found: list[Inequality] = []
    for property_, allowed in tests.items():
        if not isinstance(property_, FormProperty) or len(allowed.runs) != 1:
            continue
        ((low, high),) = allowed.runs
        factors = {repr(t.tree): t.factor for t in property_.form.terms}
        if high != HIGHEST:
            found.append((factors, high))
        if low != LOWEST:
            found.append(({k: -f for k, f in factors.items()}, -low))
    return found


def _limits(*tests: Tests) -> dict[str, tuple[Fraction, Fraction]]:
    """The ends of each variable."""
    terms = (t for some in tests for p in some if isinstance(p, FormProperty) for t in p.form.terms)
    limits = {}
    for t in terms:
        ends = sorted((Fraction(t.low, t.factor), Fraction(t.high, t.factor)))
        limits[repr(t.tree)] = (ends[0], ends[1])
    return limits


def _contradict(a: Inequality, b: Inequality, limits: dict[str, tuple[Fraction, Fraction]]) -> bool:
    """Whether adding the two, so that one variable falls out, asks for less than the others can be."""
    for name in a[0].keys() & b[0].keys():
        x, y = a[0][name], b[0][name]
        if x * y >= 0:
            continue
        factors = {k: abs(y) * a[0].get(k, 0) + abs(x) * b[0].get(k, 0) for k in a[0].keys() | b[0].keys()}
        least = sum(f * limits[k][0 if f > 0 else 1] for k, f in factors.items())
        if least > abs(y) * a[1] + abs(x) * b[1]:
            return True
    return False
