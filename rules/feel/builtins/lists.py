"""Functions that reduce a list to one value (DMN 1.5, table 74); `listing` makes lists of lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal, DecimalException
from functools import reduce
from typing import Final

from rules.feel.arithmetic import arithmetic
from rules.feel.builtins.base import Builtin, Overload, builtin, numbers_of, overload
from rules.feel.errors import FeelFault
from rules.feel.kinds import described
from rules.feel.operators import conjunction, disjunction, equal, ordering
from rules.model.values import DECIMAL128, Value


def _extreme(name: str, sign: int) -> Callable[[list[Value]], Value]:
    def function(items: list[Value]) -> Value:
        if not items:
            raise FeelFault(f"`{name}` of an empty list")
        if None in items:
            return None
        best = items[0]
        for item in items:
            if ordering(item, best) * sign > 0:
                best = item
        return best

    return function


def _fold(name: str, op: str) -> Callable[[list[Value]], Value]:
    def function(items: list[Value]) -> Value:
        numbers = numbers_of(items, name)
        if numbers is None:
            return None
        if not numbers:
            raise FeelFault(f"`{name}` of an empty list")
        return reduce(lambda a, b: arithmetic(op, a, b), numbers)  # type: ignore[arg-type]

    return function


_sum = _fold("sum", "+")


def mean(items: list[Value]) -> Value:
    """The sum divided by the count."""
    total = _sum(items)
    return None if total is None else arithmetic("/", total, Decimal(len(items)))


def median(items: list[Value]) -> Value:
    """The middle number in order, or the mean of the middle two."""
    numbers = numbers_of(items, "median")
    if numbers is None:
        return None
    if not numbers:
        raise FeelFault("`median` of an empty list")
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else mean(ordered[middle - 1 : middle + 1])


def mode(items: list[Value]) -> Value:
    """The numbers that come most often, in ascending order."""
    numbers = numbers_of(items, "mode")
    if numbers is None:
        return None
    counts = Counter(numbers)
    most = max(counts.values(), default=0)
    return sorted(n for n, count in counts.items() if count == most)


def stddev(items: list[Value]) -> Value:
    """The standard deviation of a sample."""
    numbers = numbers_of(items, "stddev")
    if numbers is None:
        return None
    if len(numbers) < 2:
        raise FeelFault("`stddev` takes two numbers or more")
    middle = mean(numbers)
    try:
        squares = (DECIMAL128.power(DECIMAL128.subtract(n, middle), Decimal(2)) for n in numbers)
        total = reduce(DECIMAL128.add, squares)
        return DECIMAL128.sqrt(DECIMAL128.divide(total, Decimal(len(numbers) - 1)))
    except DecimalException:
        raise FeelFault("`stddev` has no result within the range of numbers") from None


def _truths(items: list[Value], name: str) -> list[bool | None]:
    wrong = next((item for item in items if item is not None and not isinstance(item, bool)), None)
    if wrong is not None:
        raise FeelFault(f"`{name}` takes booleans, not {described(wrong)}")
    return items


def negate_boolean(negand: bool) -> bool:
    """`not(true)` is false; null is answered before this is called."""
    return not negand


def list_contains(items: list[Value], element: Value) -> bool:
    """Whether an item equals the element; null is found too."""
    return any(equal(item, element) is True for item in items)


def _of_list(
    result: str, function: Callable[[list[Value]], Value], repeated: str = "n"
) -> tuple[Overload, ...]:
    """`f(list)` and `f(a, b, ...)`."""
    several = overload(f"{repeated}...: any -> {result}", lambda *items: function(list(items)))
    return overload(f"list: list -> {result}", function), several


LISTS: Final[tuple[Builtin, ...]] = (
    builtin("count", overload("list: list -> number", lambda items: Decimal(len(items)))),
    builtin("min", *_of_list("any", _extreme("min", -1), "c")),
    builtin("max", *_of_list("any", _extreme("max", 1), "c")),
    builtin("sum", *_of_list("number", _sum)),
    builtin("product", *_of_list("number", _fold("product", "*"))),
    builtin("mean", *_of_list("number", mean)),
    builtin("median", *_of_list("number", median)),
    builtin("mode", *_of_list("list", mode)),
    builtin("stddev", *_of_list("number", stddev)),
    builtin("all", *_of_list("boolean", lambda items: conjunction(_truths(items, "all")), "b")),
    builtin("any", *_of_list("boolean", lambda items: disjunction(_truths(items, "any")), "b")),
    builtin("not", overload("negand: boolean -> boolean", negate_boolean)),
    builtin("list contains", overload("list: list, element: any -> boolean", list_contains)),
)
