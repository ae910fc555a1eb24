"""From the rules that hold to the answer: hit policy, defaults, rounding. Shared by all engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from rules.check.checked import CheckedRuleset
from rules.engines.hit_policy import resolve
from rules.model.types import MONEY, Enum, Type
from rules.model.values import DECIMAL128, Value

Row = dict[str, Value]
CENT: Final = Decimal("0.01")


class Unanswerable(Exception):
    """Something that the answer needs could not be evaluated; the ruleset fails closed."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


@dataclass(frozen=True, slots=True)
class Answer:
    """Which of the rules that hold count, and what they set; or that they contradict each other."""

    selected: tuple[int, ...]
    values: Mapping[str, Value]
    conflict: bool = False


def answer(ruleset: CheckedRuleset, rows: Sequence[Row], defaults: Row) -> Answer:
    """Applies the hit policy to the rows of the rules that hold, in rule order.

    Raises Unanswerable where a single answer is due, no rule holds and there is no default for it: a hole
    in a policy is never answered with null.
    """
    names = [name for name, output in ruleset.source.outputs.items() if output.computed is None]
    # Ranks go by the first output declared, then the second, whichever of them a rule sets first.
    ordered = [{name: row[name] for name in names if name in row} for row in rows]
    found = resolve(ruleset.hit_policy, ruleset.source.aggregator, ordered, priorities(ruleset))
    if found.conflict:
        return Answer(found.conflict, {}, conflict=True)
    if found.fault:
        raise Unanswerable([found.fault])
    if found.many:
        return Answer(found.selected, {name: [row[name] for row in found.rows] for name in names})
    row = found.rows[0] if found.rows else defaults
    if any(name not in row for name in names):
        raise Unanswerable([f"no rule of `{ruleset.name}` holds, and it has no default"])
    return Answer(found.selected, {name: row[name] for name in names})


def priorities(ruleset: CheckedRuleset) -> dict[str, tuple[str, ...]]:
    """The declared order of the values of each enum output, highest first."""
    return {
        name: output.type.values
        for name, output in ruleset.source.outputs.items()
        if isinstance(output.type, Enum) and output.computed is None
    }


def fitted(value: Value, type_: Type) -> Value:
    """A value as its output takes it: money to the cent, half-even; all else as it is.

    Raises Unanswerable where an amount is too large to have cents.
    """
    if type_ != MONEY or not isinstance(value, Decimal):
        return value
    try:
        return value.quantize(CENT, context=DECIMAL128)
    except InvalidOperation:
        raise Unanswerable([f"{value} is too large for an amount of money"]) from None
