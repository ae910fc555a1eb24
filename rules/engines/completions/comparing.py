"""Comparing values of which at least one may depend on absent facts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from rules.engines.completions.linear import Linear
from rules.engines.completions.path import Path
from rules.engines.completions.symbols import SYMBOLS, Choice, Opaque, Shifted, facts_in
from rules.feel.evaluate import evaluate
from rules.model.expr import Arithmetic, Comparison, Literal
from rules.model.values import DayTimeDuration, Value, YearMonthDuration

SWAPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
DAY = 86400


def compare(path: Path, op: str, left: Value, right: Value) -> Value:
    """`left op right` as true, false or null, asking the path where it must."""
    if not isinstance(left, SYMBOLS) and not isinstance(right, SYMBOLS):
        return evaluate(Comparison(op, Literal(left), Literal(right)), {})  # type: ignore[arg-type]
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        return path.assume((op, repr(left), repr(right)), facts_in(left) | facts_in(right))
    if left is None or right is None:
        # An absent fact that has no `when_absent` has some value in every completion.
        return {"=": False, "!=": True}.get(op)
    if isinstance(left, Choice):
        return _choice(path, op, left, right)
    if isinstance(right, Choice):
        return _choice(path, op, right, left)
    if isinstance(left, Shifted):
        return _shifted(path, op, left, right)
    if isinstance(right, Shifted):
        return _shifted(path, SWAPPED[op], right, left)
    a, b = linear(left), linear(right)
    if a is None or b is None or a.kind != b.kind:
        return path.assume((op, repr(left), repr(right)), facts_in(left) | facts_in(right))
    return _signs(path, op, a.minus(b))


def _choice(path: Path, op: str, choice: Choice, other: Value) -> Value:
    if op not in ("=", "!="):
        return None
    if isinstance(other, Choice):
        other = path.value_of(other.fact)
    equal = path.is_one_of(choice.fact, frozenset({other}))
    return equal if op == "=" else not equal


def _signs(path: Path, op: str, form: Linear) -> bool:
    negative = form.times(Fraction(-1))
    match op:
        case "=":
            return path.is_zero(form)
        case "!=":
            return not path.is_zero(form)
        case "<" | "<=":
            return path.holds(form, op == "<")
        case _:
            return path.holds(negative, op == ">")


def _shifted(path: Path, op: str, shifted: Shifted, other: Value) -> Value:
    """`date + months op day`: adding months never reverses the order of dates, so it has one threshold."""
    if not isinstance(other, dt.date) or isinstance(other, dt.datetime):
        key = (op, repr(shifted), repr(other))
        return path.assume(key, facts_in(shifted) | facts_in(other))
    if op in ("=", "!="):
        equal = _shifted(path, "<=", shifted, other) and _shifted(path, ">=", shifted, other)
        return equal if op == "=" else not equal
    if op in ("<=", ">"):
        inside = _first(shifted.months, other, strictly=True)
    else:
        inside = _first(shifted.months, other, strictly=False)
    below = shifted.date.minus(Linear((), Fraction(inside)))
    held = path.holds(below, True)
    return held if op in ("<", "<=") else not held


def _first(months: int, day: dt.date, strictly: bool) -> int:
    """The ordinal of the first date that, moved by the months, is on or after (strictly: after) `day`."""
    low, high = dt.date.min.toordinal(), dt.date.max.toordinal() + 1
    while low < high:
        middle = (low + high) // 2
        moved = _moved(dt.date.fromordinal(middle), months)
        beyond = months > 0
        reached = beyond if moved is None else moved > day if strictly else moved >= day
        low, high = (low, middle) if reached else (middle + 1, high)
    return low


def _moved(date: dt.date, months: int) -> dt.date | None:
    value = evaluate(Arithmetic("+", Literal(date), Literal(YearMonthDuration(months))), {})
    return value if isinstance(value, dt.date) else None


def linear(value: Value) -> Linear | None:
    """A known or unknown number, date or duration of days as a linear form; None for anything else."""
    match value:
        case Linear():
            return value
        case bool() | dt.datetime():
            return None
        case Decimal():
            return Linear((), Fraction(value))
        case dt.date():
            return Linear((), Fraction(value.toordinal()), "date")
        case DayTimeDuration(seconds):
            return Linear((), Fraction(seconds) / DAY, "days")
    return None
