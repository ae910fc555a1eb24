"""Which names cannot be null where a condition holds: `a <= b` is only true of two values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rules.model.expr import And, Comparison, Expr, Literal, Ref


def proved_present(conditions: Iterable[Expr]) -> frozenset[str]:
    """The references that have a value wherever all conditions are true."""
    return frozenset(name for condition in conditions for name in _present(condition))


def _present(condition: Expr) -> Iterator[str]:
    match condition:
        case And():
            yield from _present(condition.left)
            yield from _present(condition.right)
        case Comparison(op=op, left=left, right=right):
            for side, other in ((left, right), (right, left)):
                if isinstance(side, Ref) and _excludes_null(op, other):
                    yield side.name


def _excludes_null(op: str, other: Expr) -> bool:
    null = isinstance(other, Literal) and other.value is None
    if op == "=":
        return isinstance(other, Literal) and not null
    return null if op == "!=" else True
