"""From the values of one path to what its outputs are: rounding, and hit policies over unknown values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from rules.check.checked import CheckedRuleset
from rules.engines.answer import CENT, Answer, Row, Unanswerable, answer, fitted
from rules.engines.completions.comparing import DAY, compare, linear
from rules.engines.completions.linear import Linear
from rules.engines.completions.path import Path
from rules.engines.completions.symbols import SYMBOLS, Opaque, facts_in
from rules.model.types import Type
from rules.model.values import DECIMAL128, DayTimeDuration, Value


def settled(value: Linear | Value) -> Value:
    """A form in which no fact is left is the number, day or duration that it comes to."""
    if not isinstance(value, Linear) or value.terms:
        return value
    if value.kind == "date":
        return dt.date.fromordinal(int(value.constant))
    number = value.constant if value.kind == "number" else value.constant * DAY
    known = DECIMAL128.divide(Decimal(number.numerator), Decimal(number.denominator))
    return known if value.kind == "number" else DayTimeDuration(known)


def in_cents(path: Path, value: Value, type_: Type) -> Value:
    """A money output: a sum of amounts stays what it is, any other unknown is rounded to something unknown."""
    if not isinstance(value, SYMBOLS):
        return fitted(value, type_)
    if isinstance(value, Linear) and _whole_cents(path, value):
        return value
    return Opaque(("cents", repr(value)), facts_in(value))


def _whole_cents(path: Path, form: Linear) -> bool:
    cent = Fraction(CENT)
    steps = [(factor, path.space.steps[name]) for name, factor in form.terms]
    whole = all(step is not None and (factor * step / cent).denominator == 1 for factor, step in steps)
    return whole and (form.constant / cent).denominator == 1


def answer_of(path: Path, ruleset: CheckedRuleset, rows: Sequence[Row], defaults: Row) -> Answer:
    """The hit policy's answer, where values may depend on absent facts."""
    policy, aggregator = ruleset.hit_policy, ruleset.source.aggregator
    if not any(isinstance(value, SYMBOLS) for row in rows for value in row.values()):
        return answer(ruleset, rows, defaults)
    everything = tuple(range(len(rows)))
    if policy == "ANY":
        if all(_same(path, rows[0], row) for row in rows[1:]):
            return answer(ruleset, rows[:1], defaults)
        return Answer(everything, {}, conflict=True)
    if aggregator in ("SUM", "MIN", "MAX"):
        values = {name: _reduced(path, aggregator, [row[name] for row in rows]) for name in rows[0]}
        return Answer(everything, values)
    return answer(ruleset, rows, defaults)


def _same(path: Path, one: Row, other: Row) -> bool:
    return all(compare(path, "=", value, other[name]) is True for name, value in one.items())


def _reduced(path: Path, aggregator: str, column: list[Value]) -> Value:
    if None in column:
        raise Unanswerable([f"{aggregator} of a rule without a value"])
    total = column[0]
    for value in column[1:]:
        if any(isinstance(part, Opaque) for part in (total, value)):
            total = Opaque((aggregator, repr(column)), frozenset().union(*map(facts_in, column)))
        elif aggregator == "SUM":
            total = _sum(total, value)
        else:
            total = total if compare(path, "<=" if aggregator == "MIN" else ">=", total, value) else value
    return total


def _sum(left: Value, right: Value) -> Value:
    a, b = linear(left), linear(right)
    if a is None or b is None:
        raise Unanswerable(["SUM of what is no number"])
    return settled(a.plus(b))
