"""DMN hit policies (DMN 1.5, 8.2.8): from the rules that matched to the outcome of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from rules.feel.builtins import BUILTINS
from rules.feel.errors import FeelFault
from rules.feel.operators import equal
from rules.model.values import Value

HitPolicy = Literal["UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
Aggregator = Literal["SUM", "MIN", "MAX", "COUNT"]
Row = Mapping[str, Value]
"""The outputs of one rule by name, in the table's order."""

SINGLE_HIT: Final = ("UNIQUE", "ANY", "PRIORITY", "FIRST")


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a table answers.

    `selected` are the rules that make the answer and `conflict` those that contradict each other, both as
    positions in the rows given. `rows` are the answer: at most one row where the policy is single or there
    is an aggregator, else as many as were selected, in the policy's order. `many` says that the answer is a
    list even if it has one row or none. `fault` says why an aggregate has no value.
    """

    selected: tuple[int, ...]
    rows: tuple[Row, ...]
    many: bool = False
    conflict: tuple[int, ...] = ()
    fault: str = ""


def resolve(
    policy: HitPolicy,
    aggregator: Aggregator | None,
    rows: Sequence[Row],
    priorities: Mapping[str, Sequence[Value]],
) -> Resolution:
    """The answer for the rows of the matched rules, given in rule order.

    `priorities` holds the values of each output from the most to the least important; it matters to
    PRIORITY and OUTPUT ORDER alone, where a value it does not hold comes last.
    """
    everything = tuple(range(len(rows)))
    if policy == "UNIQUE":
        return _single(rows, everything[:1]) if len(rows) < 2 else _conflict(everything)
    if policy == "ANY":
        return _single(rows, everything[:1]) if _agree(rows) else _conflict(everything)
    if policy == "FIRST":
        return _single(rows, everything[:1])
    if policy == "PRIORITY":
        return _single(rows, _by_priority(rows, priorities)[:1])
    if policy == "OUTPUT ORDER":
        return _several(rows, _by_priority(rows, priorities))
    if policy == "COLLECT" and aggregator is not None:
        return _aggregate(aggregator, rows)
    return _several(rows, everything)


def _single(rows: Sequence[Row], selected: tuple[int, ...]) -> Resolution:
    return Resolution(selected, tuple(rows[i] for i in selected))


def _several(rows: Sequence[Row], selected: tuple[int, ...]) -> Resolution:
    return Resolution(selected, tuple(rows[i] for i in selected), many=True)


def _conflict(rules: tuple[int, ...]) -> Resolution:
    return Resolution((), (), conflict=rules)


def _agree(rows: Sequence[Row]) -> bool:
    return all(equal(dict(rows[0]), dict(row)) is True for row in rows[1:])


def _by_priority(rows: Sequence[Row], priorities: Mapping[str, Sequence[Value]]) -> tuple[int, ...]:
    """The rules by the rank of their first output, then of their second, and so on; equals in rule order."""

    def ranks(index: int) -> tuple[int, ...]:
        return tuple(_rank(value, priorities.get(name, ())) for name, value in rows[index].items())

    return tuple(sorted(range(len(rows)), key=ranks))


def _rank(value: Value, order: Sequence[Value]) -> int:
    return next((rank for rank, other in enumerate(order) if equal(value, other) is True), len(order))


def _aggregate(aggregator: Aggregator, rows: Sequence[Row]) -> Resolution:
    """One row whose every output is the aggregate of its column; none where no rule matched."""
    everything = tuple(range(len(rows)))
    if not rows:
        return Resolution((), ())
    try:
        row = {name: _reduced(aggregator, [row[name] for row in rows]) for name in rows[0]}
    except FeelFault as fault:
        return Resolution(everything, (dict.fromkeys(rows[0]),), fault=str(fault))
    return Resolution(everything, (row,))


def _reduced(aggregator: Aggregator, column: list[Value]) -> Value:
    if aggregator == "COUNT":
        return Decimal(len(column))
    if None in column:
        raise FeelFault(f"{aggregator} of a rule without a value")
    return BUILTINS[aggregator.lower()].overloads[0].function(column)
