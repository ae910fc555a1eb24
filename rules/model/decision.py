"""What an engine answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal as OneOf
from typing import NamedTuple

from rules.model.values import Value

Status = OneOf["decided", "undecided", "conflict", "error"]
WORST_LAST: tuple[Status, ...] = ("decided", "undecided", "conflict", "error")


class Required(NamedTuple):
    """An action that an outcome requires, with its arguments as sorted (name, value) pairs.

    `rule` is the rule that asked for it, None where the ruleset asks for it whatever the outcome. `due` is the
    computed deadline, a date or a date and time; None where the days count that the action declares.
    """

    action: str
    arguments: tuple[tuple[str, Value], ...]
    rule: str | None
    due: Value = None


class Outcome(NamedTuple):
    """The answer of one ruleset.

    decided: `values` has every output, `rules` the rules that fired, in rule order; where absent facts
    leave open which of several rules fires but not the outcome, all of them, and `certain` is false.
    undecided: `values` is empty and `missing_facts` says what to ask for.
    conflict: `rules` are the rules that contradict each other under the hit policy.
    error: `faults` says what could not be evaluated.
    `exact` is false where the bound on completions was reached and the answer is the cautious one.
    """

    status: Status
    values: Mapping[str, Value]
    rules: tuple[str, ...]
    actions: tuple[Required, ...]
    missing_facts: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    certain: bool = True
    exact: bool = True
