"""Functions that make lists of lists (DMN 1.5, table 74)."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key
from typing import Final

from rules.feel.builtins.base import Builtin, Runtime, builtin, overload
from rules.feel.errors import FeelFault
from rules.feel.functions import Function
from rules.feel.kinds import described
from rules.feel.operators import equal, ordering
from rules.feel.positions import index
from rules.model.values import Date, DayTimeDuration, Value, YearMonthDuration


MAX_COMPARED: Final = 500
"""Different times or ranges, each of which has to be compared with all the others."""
_SIMPLE: Final = frozenset({str, Decimal, bool, Date, DayTimeDuration, YearMonthDuration, type(None)})
"""Values that are equal where Python has them equal, so that they can be looked up."""


def sublist(items: list[Value], start: Decimal, length: Decimal | None = None) -> Value:
    """From a position on, to the end or for a length that the list must have."""
    begin = index(start, len(items))
    end = len(items) if length is None else begin + int(length)
    if not begin <= end <= len(items):
        raise FeelFault(f"there are no {length} items from position {start} of {len(items)}")
    return items[begin:end]


def concatenate(*lists: list[Value]) -> Value:
    """All items of all lists."""
    return [item for items in lists for item in items]


def distinct_values(items: list[Value]) -> list[Value]:
    """The items without those that equal an earlier one."""
    return [item for item, _ in _counted(items)]


def duplicate_values(items: list[Value]) -> Value:
    """The items that come more than once, each once."""
    return [item for item, count in _counted(items) if count > 1]


def _counted(items: list[Value]) -> list[tuple[Value, int]]:
    """Each distinct item as it first comes, and how often it does."""
    counts: list[tuple[Value, int]] = []
    known: dict[object, int] = {}
    compared: list[int] = []
    for item in items:
        key = _key(item)
        at = known.get(key) if key is not None else _place(item, compared, counts)
        if at is not None:
            counts[at] = (counts[at][0], counts[at][1] + 1)
            continue
        if key is not None:
            known[key] = len(counts)
        else:
            compared.append(len(counts))
        counts.append((item, 1))
    return counts


def _place(item: Value, compared: list[int], counts: list[tuple[Value, int]]) -> int | None:
    if len(compared) > MAX_COMPARED:
        raise FeelFault(f"more than {MAX_COMPARED} values to compare each with each")
    return next((at for at in compared if equal(counts[at][0], item) is True), None)


def _key(value: Value) -> object:
    """The same for values that are equal; None where only a comparison can tell."""
    if type(value) in _SIMPLE:
        return type(value), value
    if isinstance(value, list):
        parts = tuple(_key(item) for item in value)
        return None if None in parts else parts
    if isinstance(value, dict):
        entries = frozenset((name, _key(item)) for name, item in value.items())
        return None if any(key is None for _, key in entries) else entries
    return None


def union(*lists: list[Value]) -> Value:
    """The distinct items of all lists."""
    return distinct_values([item for items in lists for item in items])


def insert_before(items: list[Value], position: Decimal, new: Value) -> Value:
    """The list with an item put in before a position."""
    at = index(position, len(items))
    return [*items[:at], new, *items[at:]]


def remove(items: list[Value], position: Decimal) -> Value:
    """The list without the item at a position."""
    at = index(position, len(items))
    return items[:at] + items[at + 1 :]


def index_of(items: list[Value], match: Value) -> Value:
    """The positions of the items that equal `match`."""
    return [Decimal(at) for at, item in enumerate(items, 1) if equal(item, match) is True]


def flatten(items: list[Value]) -> Value:
    """All items of nested lists, in order."""
    flat: list[Value] = []
    for item in items:
        flat.extend(flatten(item) if isinstance(item, list) else [item])
    return flat


def replace_at(items: list[Value], position: Decimal, new: Value) -> Value:
    """The list with another item at a position."""
    at = index(position, len(items))
    return [*items[:at], new, *items[at + 1 :]]


def replace_where(runtime: Runtime, items: list[Value], match: Value, new: Value) -> Value:
    """The list with another item wherever `match(item, newItem)` is true."""
    if isinstance(match, Function) and len(match.parameters) != 2:
        raise FeelFault("`match` is a function of `item` and `newItem`")
    return [new if _boolean(runtime, match, item, new, "match") else item for item in items]


def sort(runtime: Runtime, items: list[Value], precedes: Value = None) -> Value:
    """The list in order: the natural one, or that of `precedes(a, b)`."""
    if precedes is None:
        return items if None in items else sorted(items, key=cmp_to_key(ordering))

    def before(left: Value, right: Value) -> int:
        if _boolean(runtime, precedes, left, right, "precedes"):
            return -1
        return 1 if _boolean(runtime, precedes, right, left, "precedes") else 0

    return sorted(items, key=cmp_to_key(before))


def _boolean(runtime: Runtime, function: Value, left: Value, right: Value, name: str) -> bool:
    found = runtime.invoke(function, (left, right))
    if not isinstance(found, bool):
        raise FeelFault(f"`{name}` gives a boolean, not {described(found)}")
    return found


LISTING: Final[tuple[Builtin, ...]] = (
    builtin("sublist", overload("list: list, start position: number, length?: number -> list", sublist)),
    builtin("append", overload("list: list, item...?: any -> list", lambda items, *new: [*items, *new])),
    builtin("concatenate", overload("list...: list -> list", concatenate)),
    builtin("insert before", overload("list: list, position: number, newItem: any -> list", insert_before)),
    builtin("remove", overload("list: list, position: number -> list", remove)),
    builtin("reverse", overload("list: list -> list", lambda items: items[::-1])),
    builtin("index of", overload("list: list, match: any -> list", index_of)),
    builtin("union", overload("list...: list -> list", union)),
    builtin("distinct values", overload("list: list -> list", distinct_values)),
    builtin("duplicate values", overload("list: list -> list", duplicate_values)),
    builtin("flatten", overload("list: list -> list", flatten)),
    builtin("sort", overload("list: list, precedes?: function? -> list", sort, runtime=True)),
    builtin(
        "list replace",
        overload("list: list, position: number, newItem: any -> list", replace_at),
        overload("list: list, match: function, newItem: any -> list", replace_where, runtime=True),
    ),
)
