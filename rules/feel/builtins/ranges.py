"""How points and ranges lie to each other (DMN 1.5, table 80), and ranges from text."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from rules.feel.arithmetic import negate
from rules.feel.builtins.base import Builtin, Overload, builtin, overload
from rules.feel.builtins.temporal import date_and_time_from, date_from, duration_from, time_from
from rules.feel.errors import FeelFault, FeelSyntaxError
from rules.feel.kinds import described, kind_of
from rules.feel.operators import ORDERED, equal, in_range, ordering
from rules.feel.parser import parse
from rules.model.expr import Call, Expr, Interval, Literal, Name, Negate
from rules.model.values import Range, Value


def _before(left: Value, right: Value, touching: bool = False) -> bool:
    """Whether one end lies before the other; `touching` says what holds where both are the same."""
    order = ordering(left, right)
    return order < 0 or (order == 0 and touching)


def _ends_before(first: Range, second: Range) -> bool:
    if first.high is None or second.low is None:
        return False
    return _before(first.high, second.low, not (first.high_closed and second.low_closed))


def _point(point: Value) -> Range:
    return Range(point, point, True, True)


def _starts_no_later(first: Range, second: Range) -> bool:
    """Whether nothing of the second lies before the first begins."""
    if first.low is None or second.low is None:
        return first.low is None
    return _before(first.low, second.low, first.low_closed or not second.low_closed)


def _ends_no_earlier(first: Range, second: Range) -> bool:
    """Whether nothing of the second lies after the first ends."""
    if first.high is None or second.high is None:
        return first.high is None
    return _before(second.high, first.high, first.high_closed or not second.high_closed)


def _includes(first: Range, second: Range) -> bool:
    return _starts_no_later(first, second) and _ends_no_earlier(first, second)


def _meets(first: Range, second: Range) -> bool:
    touching = first.high is not None and second.low is not None and ordering(first.high, second.low) == 0
    return touching and first.high_closed and second.low_closed


def _overlaps(first: Range, second: Range) -> bool:
    return not _ends_before(first, second) and not _ends_before(second, first)


def _overlaps_before(first: Range, second: Range) -> bool:
    starts = _starts_no_later(first, second) and not _starts_no_later(second, first)
    return starts and _overlaps(first, second) and _ends_no_earlier(second, first)


def _starts(first: Range, second: Range) -> bool:
    return _same_start(first, second) and _ends_no_earlier(second, first)


def _finishes(first: Range, second: Range) -> bool:
    return _same_end(first, second) and _starts_no_later(second, first)


def _same_start(first: Range, second: Range) -> bool:
    return first.low_closed == second.low_closed and equal(first.low, second.low) is True


def _same_end(first: Range, second: Range) -> bool:
    return first.high_closed == second.high_closed and equal(first.high, second.high) is True


def _coincides(first: Range, second: Range) -> bool:
    return _same_start(first, second) and _same_end(first, second)


Relation = Callable[[Range, Range], bool]


def _mirrored(relation: Relation) -> Relation:
    return lambda first, second: relation(second, first)


def _ranges(relation: Relation) -> Overload:
    return overload("range1: range, range2: range -> boolean", relation)


def _point_in(relation: Relation) -> Overload:
    return overload("point: point, range: range -> boolean", lambda p, r: relation(_point(p), r))


def _in_point(relation: Relation) -> Overload:
    return overload("range: range, point: point -> boolean", lambda r, p: relation(r, _point(p)))


def _points(relation: Relation) -> Overload:
    return overload("point1: point, point2: point -> boolean", lambda a, b: relation(_point(a), _point(b)))


def _begins_at(first: Range, second: Range) -> bool:
    return second.low_closed and second.low is not None and ordering(first.low, second.low) == 0


def _ends_at(first: Range, second: Range) -> bool:
    return second.high_closed and second.high is not None and ordering(first.low, second.high) == 0


def _holds_point(within: Range, point: Range) -> bool:
    return in_range(point.low, within) is True


ENDS: Final = {
    "date": date_from,
    "time": time_from,
    "date and time": date_and_time_from,
    "duration": duration_from,
}
_OPEN_START: Final = re.compile(r"\s*[(\]]\s*\.\.(.*)([\])\[])\s*", re.DOTALL)
_OPEN_END: Final = re.compile(r"\s*([(\[\]])(.*)\.\.\s*[)\[]\s*", re.DOTALL)


def range_from(text: str) -> Value:
    """The range a text denotes; its ends are literals, and an open end may be left out."""
    try:
        if found := _OPEN_START.fullmatch(text):
            return Range(None, _end(parse(found[1])), False, found[2] == "]")
        if found := _OPEN_END.fullmatch(text):
            return Range(_end(parse(found[2])), None, found[1] == "[", False)
        node = parse(text)
    except FeelSyntaxError as error:
        raise FeelFault(f"`{text}` is not a range: {error.message}") from None
    if not isinstance(node, Interval):
        raise FeelFault(f"`{text}` is not a range")
    low, high = _end(node.low), _end(node.high)
    if ordering(low, high) > 0:
        raise FeelFault(f"the range `{text}` ends before it begins")
    return Range(low, high, node.low_closed, node.high_closed)


def _end(node: Expr) -> Value:
    """The value of an end: a literal, or a temporal one made from literal text."""
    if isinstance(node, Literal):
        if kind_of(node.value) not in ORDERED:
            raise FeelFault(f"{described(node.value)} is no end of a range")
        return node.value
    if (
        isinstance(node, Negate)
        and isinstance(node.operand, Literal)
        and isinstance(node.operand.value, Decimal)
    ):
        return negate(node.operand.value)
    if isinstance(node, Call) and isinstance(node.function, Name) and len(node.arguments) == 1:
        argument = node.arguments[0]
        if node.function.name in ENDS and isinstance(argument, Literal) and isinstance(argument.value, str):
            return ENDS[node.function.name](argument.value)
    raise FeelFault("the ends of a range from text are literals")


RANGES: Final[tuple[Builtin, ...]] = (
    builtin("range", overload("from: string -> range", range_from)),
    builtin(
        "before",
        _ranges(_ends_before),
        _point_in(_ends_before),
        _in_point(_ends_before),
        _points(_ends_before),
    ),
    builtin(
        "after",
        *(make(_mirrored(_ends_before)) for make in (_ranges, _point_in, _in_point, _points)),
    ),
    builtin("meets", _ranges(_meets)),
    builtin("met by", _ranges(_mirrored(_meets))),
    builtin("overlaps", _ranges(_overlaps)),
    builtin("overlaps before", _ranges(_overlaps_before)),
    builtin("overlaps after", _ranges(_mirrored(_overlaps_before))),
    builtin("finishes", _ranges(_finishes), _point_in(_ends_at)),
    builtin("finished by", _ranges(_mirrored(_finishes)), _in_point(_mirrored(_ends_at))),
    builtin("includes", _ranges(_includes), _in_point(_holds_point)),
    builtin("during", _ranges(_mirrored(_includes)), _point_in(_mirrored(_holds_point))),
    builtin("starts", _ranges(_starts), _point_in(_begins_at)),
    builtin("started by", _ranges(_mirrored(_starts)), _in_point(_mirrored(_begins_at))),
    builtin("coincides", _ranges(_coincides), _points(_coincides)),
)
