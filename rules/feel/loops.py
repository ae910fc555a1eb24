"""`for`, `some`, `every`, and filters."""

from __future__ import annotations

from collections.abc import Iterator as Iterable
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from rules.feel import kinds
from rules.feel.calendar import day_number, from_day_number
from rules.feel.errors import FeelFault
from rules.feel.kinds import described, kind_of
from rules.feel.positions import index
from rules.feel.scope import Scope
from rules.feel.tree import mentions
from rules.model.expr import (
    And,
    Between,
    Comparison,
    Expr,
    Filter,
    For,
    In,
    InstanceOf,
    Iterator,
    Or,
    Quantified,
)  # fmt: skip
from rules.model.values import DECIMAL128, Range, Value

if TYPE_CHECKING:
    from rules.feel.machine import Machine

PARTIAL: Final = "partial"
MAX_RANGE: Final = 500_000
ITEM: Final = "item"
ALWAYS_BOOLEAN: Final = (And, Or, Comparison, Between, In, InstanceOf, Quantified)


def for_each(machine: Machine, node: For, scope: Mapping[str, Value]) -> Value:
    """`for`: the body for each combination; it sees the results so far as `partial`."""
    results: list[Value] = []
    partial = mentions(node.body, PARTIAL)
    for names in _combinations(machine, node.iterators, scope):
        if partial:
            machine.weigh((results,))
            names = Scope({PARTIAL: list(results)}, names)
        results.append(machine.value(node.body, names))
    return results


def quantified(machine: Machine, node: Quantified, scope: Mapping[str, Value]) -> Value:
    """`some` is `or` and `every` is `and` over all combinations, faults included."""
    decisive = node.kind == "some"
    result: bool | None = not decisive
    mark = machine.mark()
    for names in _combinations(machine, node.iterators, scope):
        found = machine.value(node.condition, names)
        if found is decisive:
            machine.forget(mark)
            return decisive
        if not isinstance(found, bool):
            result = None
            if found is not None:
                machine.fault(node.condition, f"`satisfies` takes a boolean, not {described(found)}")
    return result


def _combinations(
    machine: Machine, iterators: tuple[Iterator, ...], scope: Mapping[str, Value]
) -> Iterable[Mapping[str, Value]]:
    """The names of each combination; a later list may read the variables before it."""
    first, rest = iterators[0], iterators[1:]
    for value in _domain(machine, first, scope):
        machine.step()
        names = Scope({first.name: value}, scope)
        if rest:
            yield from _combinations(machine, rest, names)
        else:
            yield names


def _domain(machine: Machine, iterator: Iterator, scope: Mapping[str, Value]) -> Iterable[Value]:
    source = machine.value(iterator.source, scope)
    if iterator.to is not None:
        to = machine.value(iterator.to, scope)
        if source is None or to is None:
            raise FeelFault("the range to iterate over has no end")
        return _steps(source, to, 1, 1)
    if isinstance(source, Range):
        return _steps(source.low, source.high, source.low_closed, source.high_closed)
    if source is None:
        raise FeelFault("there is no list to iterate over")
    return iter(source if isinstance(source, list) else [source])


def _steps(low: Value, high: Value, low_closed: int, high_closed: int) -> Iterable[Value]:
    """Whole numbers or days from one end to the other, downwards too."""
    if kind_of(low) != kind_of(high) or kind_of(low) not in (kinds.NUMBER, kinds.DATE):
        raise FeelFault(f"there are no steps from {described(low)} to {described(high)}")
    dates = kind_of(low) == kinds.DATE
    first, last = (day_number(low), day_number(high)) if dates else (_whole(low), _whole(high))
    step = 1 if first <= last else -1
    if not low_closed:
        first += step
    if not high_closed:
        last -= step
    if abs(last - first) > MAX_RANGE:
        raise FeelFault("the range to iterate over is too long")
    numbers = range(first, last + step, step)
    return map(from_day_number, numbers) if dates else map(Decimal, numbers)


def _whole(value: Decimal) -> int:
    if value.adjusted() >= DECIMAL128.prec or value != value.to_integral_value():
        raise FeelFault("a range to iterate over has whole ends of no more than 34 digits")
    return int(value)


def filtered(machine: Machine, node: Filter, scope: Mapping[str, Value]) -> Value:
    """`base[position]` or `base[condition]`; a value that is no list counts as a list of one."""
    base = machine.value(node.base, scope)
    if base is None:
        return None
    items = base if isinstance(base, list) else [base]
    position = _position(machine, node.condition, scope)
    if position is not None:
        return items[index(position, len(items))]
    return [item for item in items if _kept(machine, node.condition, item, scope)]


def _position(machine: Machine, condition: Expr, scope: Mapping[str, Value]) -> Decimal | None:
    """The position, where the condition is a number without regard to any item."""
    if isinstance(condition, ALWAYS_BOOLEAN):
        return None
    mark = machine.mark()
    found = machine.value(condition, scope)
    machine.forget(mark)
    return found if isinstance(found, Decimal) else None


def _kept(machine: Machine, condition: Expr, item: Value, scope: Mapping[str, Value]) -> bool:
    names = {ITEM: item, **item} if isinstance(item, dict) else {ITEM: item}
    return machine.value(condition, Scope(names, scope)) is True
