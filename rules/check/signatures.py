"""The types of FEEL's built-in functions, as far as rule files may use them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from rules.check.algebra import comparable, join, ordered
from rules.check.checked import Typed
from rules.model.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS,
    INTEGER,
    NULL,
    NUMBER,
    NUMERIC,
    TEXT,
    TIME,
    YEARS,
    Enum,
    ListType,
    RangeType,
    Record,
    Type,
)  # fmt: skip

Rule = Callable[[Sequence[Typed]], Typed | None]
"""Result type for argument types, None where they do not fit."""


def is_numeric(type_: Type) -> bool:
    return type_ in NUMERIC or type_ == ANY


def is_text(type_: Type) -> bool:
    return type_ in (TEXT, ANY) or isinstance(type_, Enum)


def is_list(type_: Type) -> bool:
    return isinstance(type_, ListType) or type_ == ANY


def fits(type_: Type, wanted: Type) -> bool:
    """Whether a value of `type_` may stand where `wanted` is expected."""
    if wanted == ANY or type_ == ANY:
        return True
    if wanted in NUMERIC:
        return type_ in NUMERIC
    if wanted == TEXT:
        return is_text(type_)
    if isinstance(wanted, ListType):
        return isinstance(type_, ListType) and (type_.item == ANY or fits(type_.item, wanted.item))
    return type_ == wanted


def fixed(result: Type, *wanted: Type, optional: int = 0) -> Rule:
    """A function with these parameter types; the last `optional` ones may be left out."""

    def rule(given: Sequence[Typed]) -> Typed | None:
        if not len(wanted) - optional <= len(given) <= len(wanted):
            return None
        if not all(fits(g.type, w) for g, w in zip(given, wanted, strict=False)):
            return None
        return Typed(result, any(g.nullable for g in given))

    return rule


def _items(given: Sequence[Typed]) -> Typed | None:
    """The item type of a list argument, or of arguments given one by one; always nullable for a list."""
    if len(given) == 1 and isinstance(given[0].type, ListType):
        return Typed(given[0].type.item, True)
    if not given:
        return None
    joined: Type | None = given[0].type
    for other in given[1:]:
        joined = None if joined is None else join(joined, other.type)
    return None if joined is None else Typed(joined, any(g.nullable for g in given))


def _extreme(given: Sequence[Typed]) -> Typed | None:
    found = _items(given)
    return found if found is not None and ordered(found.type) else None


def _sum(given: Sequence[Typed]) -> Typed | None:
    found = _items(given)
    return found if found is not None and is_numeric(found.type) else None


def _average(given: Sequence[Typed]) -> Typed | None:
    found = _sum(given)
    return found and Typed(NUMBER, found.nullable)


def _truths(given: Sequence[Typed]) -> Typed | None:
    found = _items(given)
    return Typed(BOOLEAN, True) if found and found.type in (BOOLEAN, ANY, NULL) else None


def _count(given: Sequence[Typed]) -> Typed | None:
    return Typed(INTEGER) if len(given) == 1 and is_list(given[0].type) else None


def _same_list(given: Sequence[Typed]) -> Typed | None:
    return given[0] if given and is_list(given[0].type) else None


def _joined_lists(given: Sequence[Typed]) -> Typed | None:
    if not given or not all(is_list(g.type) for g in given):
        return None
    joined: Type | None = given[0].type
    for other in given[1:]:
        joined = None if joined is None else join(joined, other.type)
    return None if joined is None else Typed(joined)


def _appended(given: Sequence[Typed]) -> Typed | None:
    if len(given) < 2 or not isinstance(given[0].type, ListType):
        return None
    item: Type | None = given[0].type.item
    for other in given[1:]:
        item = None if item is None else join(item, other.type)
    return None if item is None else Typed(ListType(item))


def _contains(given: Sequence[Typed]) -> Typed | None:
    if len(given) != 2 or not isinstance(given[0].type, ListType):
        return None
    fine = given[1].type == NULL or comparable(given[0].type.item, given[1].type)
    return Typed(BOOLEAN) if fine else None


def _index_of(given: Sequence[Typed]) -> Typed | None:
    return Typed(ListType(INTEGER)) if _contains(given) else None


def _get_value(given: Sequence[Typed]) -> Typed | None:
    if len(given) != 2 or not is_text(given[1].type):
        return None
    record, key = given[0].type, given[1].type
    if not isinstance(record, Record):
        return Typed(ANY, True) if record == ANY else None
    types = [t for _, t in record.fields]
    joined: Type | None = types[0]
    for other in types[1:]:
        joined = None if joined is None else join(joined, other)
    names = {n for n, _ in record.fields}
    known = isinstance(key, Enum) and set(key.values) <= names and not given[1].nullable
    return None if joined is None else Typed(joined, not known)


def _rounding(given: Sequence[Typed]) -> Typed | None:
    if not 1 <= len(given) <= 2 or not all(is_numeric(g.type) for g in given):
        return None
    return Typed(INTEGER if len(given) == 1 else NUMBER, any(g.nullable for g in given))


def _modulo(given: Sequence[Typed]) -> Typed | None:
    if len(given) != 2 or not all(is_numeric(g.type) for g in given):
        return None
    whole = all(g.type == INTEGER for g in given)
    return Typed(INTEGER if whole else NUMBER, any(g.nullable for g in given))


def _abs(given: Sequence[Typed]) -> Typed | None:
    fine = len(given) == 1 and (is_numeric(given[0].type) or given[0].type in (DAYS, YEARS))
    return given[0] if fine else None


def _string(given: Sequence[Typed]) -> Typed | None:
    return Typed(TEXT, given[0].nullable) if len(given) == 1 else None


def _duration(given: Sequence[Typed]) -> Typed | None:
    # The text decides between days and years; the binder reads it where it is a literal.
    return Typed(ANY, given[0].nullable) if len(given) == 1 and is_text(given[0].type) else None


def _date(given: Sequence[Typed]) -> Typed | None:
    if len(given) == 3:
        return fixed(DATE, INTEGER, INTEGER, INTEGER)(given)
    one = len(given) == 1 and (is_text(given[0].type) or given[0].type in (DATE, DATE_TIME))
    return Typed(DATE, given[0].nullable) if one else None


def _business_days(given: Sequence[Typed]) -> Typed | None:
    return _counted(given, DATE) if _business(given, DATE, DATE_TIME) else None


def _business_hours(given: Sequence[Typed]) -> Typed | None:
    return _counted(given, DATE_TIME) if _business(given, DATE_TIME) else None


def _counted(given: Sequence[Typed], result: Type) -> Typed:
    return Typed(result, given[0].nullable or given[1].nullable)


def _business(given: Sequence[Typed], *moments: Type) -> bool:
    """A moment and a whole number; behind them the calendar, once the binder has put it there."""
    fine = len(given) in (2, 3) and given[0].type in (*moments, ANY) and given[1].type in (INTEGER, ANY)
    return fine and all(g.type == ANY for g in given[2:])


def _flatten(given: Sequence[Typed]) -> Typed | None:
    if len(given) != 1 or not isinstance(given[0].type, ListType):
        return None
    inner = given[0].type
    while isinstance(inner.item, ListType):
        inner = inner.item
    return Typed(inner)


def _range_test(given: Sequence[Typed]) -> Typed | None:
    def point(t: Type) -> Type:
        return t.item if isinstance(t, RangeType) else t

    if len(given) != 2 or not comparable(point(given[0].type), point(given[1].type)):
        return None
    return Typed(BOOLEAN, any(g.nullable for g in given))


SIGNATURES: Mapping[str, tuple[Rule, str]] = MappingProxyType({
    "not": (fixed(BOOLEAN, BOOLEAN), "a boolean"),
    "abs": (_abs, "a number or a duration"),
    "floor": (_rounding, "a number"),
    "ceiling": (_rounding, "a number"),
    "decimal": (fixed(NUMBER, NUMBER, INTEGER), "a number and a scale"),
    "round up": (fixed(NUMBER, NUMBER, INTEGER), "a number and a scale"),
    "round down": (fixed(NUMBER, NUMBER, INTEGER), "a number and a scale"),
    "round half up": (fixed(NUMBER, NUMBER, INTEGER), "a number and a scale"),
    "round half down": (fixed(NUMBER, NUMBER, INTEGER), "a number and a scale"),
    "modulo": (_modulo, "two numbers"),
    "sqrt": (fixed(NUMBER, NUMBER), "a number"),
    "log": (fixed(NUMBER, NUMBER), "a number"),
    "exp": (fixed(NUMBER, NUMBER), "a number"),
    "odd": (fixed(BOOLEAN, INTEGER), "a whole number"),
    "even": (fixed(BOOLEAN, INTEGER), "a whole number"),
    "min": (_extreme, "a list, or values, of one kind"),
    "max": (_extreme, "a list, or values, of one kind"),
    "sum": (_sum, "numbers"),
    "product": (_sum, "numbers"),
    "mean": (_average, "numbers"),
    "median": (_average, "numbers"),
    "stddev": (_average, "numbers"),
    "count": (_count, "a list"),
    "all": (_truths, "booleans"),
    "any": (_truths, "booleans"),
    "list contains": (_contains, "a list and an item of its kind"),
    "index of": (_index_of, "a list and an item of its kind"),
    "distinct values": (_same_list, "a list"),
    "reverse": (_same_list, "a list"),
    "sort": (_same_list, "a list and `function(a, b) a.x < b.x`"),
    "sublist": (_same_list, "a list, a start and a length"),
    "remove": (_same_list, "a list and a position"),
    "flatten": (_flatten, "a list of lists"),
    "concatenate": (_joined_lists, "lists of one kind"),
    "union": (_joined_lists, "lists of one kind"),
    "append": (_appended, "a list and items of its kind"),
    "get value": (_get_value, "a record and a key"),
    "contains": (fixed(BOOLEAN, TEXT, TEXT), "two texts"),
    "starts with": (fixed(BOOLEAN, TEXT, TEXT), "two texts"),
    "ends with": (fixed(BOOLEAN, TEXT, TEXT), "two texts"),
    "matches": (fixed(BOOLEAN, TEXT, TEXT, TEXT, optional=1), "a text and a pattern"),
    "string length": (fixed(INTEGER, TEXT), "a text"),
    "substring": (fixed(TEXT, TEXT, INTEGER, INTEGER, optional=1), "a text, a start and a length"),
    "substring before": (fixed(TEXT, TEXT, TEXT), "two texts"),
    "substring after": (fixed(TEXT, TEXT, TEXT), "two texts"),
    "upper case": (fixed(TEXT, TEXT), "a text"),
    "lower case": (fixed(TEXT, TEXT), "a text"),
    "replace": (fixed(TEXT, TEXT, TEXT, TEXT, TEXT, optional=1), "a text, a pattern and a replacement"),
    "split": (fixed(ListType(TEXT), TEXT, TEXT), "a text and a separator"),
    "string join": (fixed(TEXT, ListType(TEXT), TEXT, optional=1), "a list of texts and a separator"),
    "string": (_string, "a value"),
    "number": (fixed(NUMBER, TEXT, TEXT, TEXT, optional=2), "a text"),
    "date": (_date, "a text, or year, month and day"),
    "time": (fixed(TIME, TEXT), "a text"),
    "date and time": (fixed(DATE_TIME, TEXT), "a text"),
    "duration": (_duration, "a text such as `\"P1Y\"`"),
    "years and months duration": (fixed(YEARS, DATE, DATE), "two dates"),
    "day of week": (fixed(TEXT, DATE), "a date"),
    "month of year": (fixed(TEXT, DATE), "a date"),
    "day of year": (fixed(INTEGER, DATE), "a date"),
    "week of year": (fixed(INTEGER, DATE), "a date"),
    "add business days": (_business_days, "a date and a whole number of days"),
    "add business hours": (_business_hours, "a date and time and a whole number of hours"),
    "before": (_range_test, "two values or ranges of one kind"),
    "after": (_range_test, "two values or ranges of one kind"),
    "includes": (_range_test, "a range and a value of its kind"),
    "during": (_range_test, "a value and a range of its kind"),
})  # fmt: skip
"""Function name to its type rule and to the words for what it expects."""

COUNTED: frozenset[str] = frozenset({"add business days", "add business hours"})
"""Functions that count by the policy's calendar, which is their last argument and never written."""

PROPERTIES: Mapping[Type, Mapping[str, Type]] = MappingProxyType({
    DATE: {"year": INTEGER, "month": INTEGER, "day": INTEGER, "weekday": INTEGER},
    TIME: {"hour": INTEGER, "minute": INTEGER, "second": NUMBER},
    DATE_TIME: {"year": INTEGER, "month": INTEGER, "day": INTEGER, "weekday": INTEGER,
                "hour": INTEGER, "minute": INTEGER, "second": NUMBER},
    DAYS: {"days": INTEGER, "hours": INTEGER, "minutes": INTEGER, "seconds": NUMBER},
    YEARS: {"years": INTEGER, "months": INTEGER},
})  # fmt: skip
"""Properties of temporal values (DMN 1.5, table 65)."""
