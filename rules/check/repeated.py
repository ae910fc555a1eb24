"""Whether one rule's conditions follow from another's, by what is written alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rules.feel.printer import show
from rules.model.expr import And, Comparison, Expr, In, Literal, UnaryTests

Parts = Mapping[str, frozenset[str]]
"""Each condition by what it tests, with its alternatives; a condition of any other form stands alone."""


def parts(conditions: Iterable[Expr]) -> Parts:
    """The conditions of a rule, chains of `and` taken apart, in canonical text."""
    found: dict[str, frozenset[str]] = {}
    for condition in conditions:
        for part in _taken_apart(condition):
            subject, tests = _read(part)
            if subject in found:  # both must hold: kept apart, so that neither is taken for the other
                subject, tests = show(part), frozenset()
            found[subject] = tests
    return found


def implied(earlier: Parts, later: Parts) -> bool:
    """Whether `earlier` holds wherever `later` does."""
    return all(
        subject in later and (tests == later[subject] or (tests and later[subject] and later[subject] < tests))
        for subject, tests in earlier.items()
    )


def _taken_apart(condition: Expr) -> Iterator[Expr]:
    if isinstance(condition, And):
        yield from _taken_apart(condition.left)
        yield from _taken_apart(condition.right)
    elif not (isinstance(condition, Literal) and condition.value is True):
        yield condition


def _read(part: Expr) -> tuple[str, frozenset[str]]:
    match part:
        case In(value=value, tests=(UnaryTests(tests=tests, negated=False),)):
            return show(value), frozenset(map(show, tests))
        case In(value=value, tests=tests) if not any(isinstance(test, UnaryTests) for test in tests):
            return show(value), frozenset(map(show, tests))
        case Comparison(op="=", left=left, right=Literal() as right):
            return show(left), frozenset({show(right)})
    return show(part), frozenset()
