"""Equality, order, membership in ranges, and three-valued logic (DMN 1.5, 10.3.2.3 to 10.3.2.7).

A null operand gives null in silence (only `=` and `!=` answer it); a wrong kind raises `FeelFault`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from rules.feel import kinds
from rules.feel.calendar import DAY_SECONDS, NANOSECOND, day_number, instant, time_offset
from rules.feel.errors import FeelFault
from rules.feel.kinds import described, kind_of
from rules.model.expr import ComparisonOp
from rules.model.values import DateTime, Range, Time, Value

ORDERED: Final = frozenset(
    (kinds.NUMBER, kinds.STRING, kinds.DATE, kinds.TIME, kinds.DATE_TIME, kinds.DAYS, kinds.MONTHS)
)


def conjunction(values: Iterable[bool | None]) -> bool | None:
    """False if any is false, else null if any is null, else true."""
    result: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def disjunction(values: Iterable[bool | None]) -> bool | None:
    """True if any is true, else null if any is null, else false."""
    result: bool | None = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def negation(value: bool | None) -> bool | None:
    """Not, where null stays null."""
    return None if value is None else not value


def equal(left: Value, right: Value) -> bool | None:
    """FEEL equality: deep for lists and contexts, by instant for times, null where the kinds differ."""
    if left is None or right is None:
        return left is right
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    if kind == kinds.LIST:
        return len(left) == len(right) and conjunction(map(equal, left, right))
    if kind == kinds.CONTEXT:
        return left.keys() == right.keys() and conjunction(equal(left[key], right[key]) for key in left)
    if kind == kinds.RANGE:
        closed = (left.low_closed, left.high_closed) == (right.low_closed, right.high_closed)
        return closed and conjunction((equal(left.low, right.low), equal(left.high, right.high)))
    if kind == kinds.TIME or kind == kinds.DATE_TIME:
        # The conformance kit rules that `=` looks at whole seconds only.
        return bool(_moment(left, right) // NANOSECOND == _moment(right, left) // NANOSECOND)
    return bool(left == right)


def same(left: Value, right: Value) -> bool:
    """`is(left, right)`: equal and written alike, so that the zones of times must agree."""
    if kind_of(left) != kind_of(right):
        return False
    if isinstance(left, Time | DateTime):
        return bool(left == right)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return equal(left, right) is True


def compare(op: ComparisonOp, left: Value, right: Value) -> bool | None:
    """`left op right`; null operands give null, except for `=` and `!=`."""
    if op == "=" or op == "!=":
        answer = equal(left, right)
        if answer is None:
            raise FeelFault(_incomparable(left, right))
        return answer if op == "=" else negation(answer)
    if left is None or right is None:
        return None
    order = ordering(left, right)
    if op == "<":
        return order < 0
    if op == "<=":
        return order <= 0
    return order > 0 if op == ">" else order >= 0


def _incomparable(left: Value, right: Value) -> str:
    if kind_of(left) == kind_of(right):
        return f"parts of different kinds within {described(left)} cannot be compared"
    return f"{described(left)} cannot be compared with {described(right)}"


def ordering(left: Value, right: Value) -> int:
    """Negative, zero or positive; raises `FeelFault` where the values have no common order."""
    kind = kind_of(left)
    if kind != kind_of(right) or kind not in ORDERED:
        raise FeelFault(f"{described(left)} has no order with {described(right)}")
    low, high = _order_key(left, right), _order_key(right, left)
    return int(low > high) - int(low < high)


def _order_key(value: Value, other: Value) -> Any:
    kind = kind_of(value)
    if kind == kinds.DATE:
        return day_number(value)
    if kind == kinds.TIME or kind == kinds.DATE_TIME:
        return _moment(value, other)
    if kind == kinds.DAYS:
        return value.seconds
    return value.months if kind == kinds.MONTHS else value


def _moment(value: Value, other: Value) -> int:
    """Nanoseconds on one clock; a local one of two is read in the zone of the other (DMN 1.5, 10.3.2.3.5)."""
    if isinstance(value, Time):
        at = Time(value.nanoseconds, other.zone) if value.zone is None else value
        return (at.nanoseconds - time_offset(at) * NANOSECOND) % (DAY_SECONDS * NANOSECOND)
    if value.time.zone is None:
        value = DateTime(value.date, Time(value.time.nanoseconds, other.time.zone))
    return instant(value)


def in_range(value: Value, within: Range) -> bool | None:
    """Whether the value lies in the range; null where the value is."""
    return between(value, within.low, within.high, within.low_closed, within.high_closed)


def between(value: Value, low: Value, high: Value, low_closed: bool, high_closed: bool) -> bool | None:
    """Whether the value lies between the ends; an end of None is no bound."""
    return conjunction(
        (
            True if low is None else compare(">=" if low_closed else ">", value, low),
            True if high is None else compare("<=" if high_closed else "<", value, high),
        )
    )


def member(value: Value, of: Value) -> bool | None:
    """`value in of`: of a list or a range, or equality."""
    if isinstance(of, Range) and not isinstance(value, Range):
        return in_range(value, of)
    if isinstance(of, list):
        if isinstance(value, list) and equal(value, of):
            return True
        return disjunction(_matches(value, item) for item in of)
    return compare("=", value, of)


def _matches(value: Value, item: Value) -> bool | None:
    if isinstance(item, Range) and not isinstance(value, Range):
        return in_range(value, item)
    return equal(value, item)
