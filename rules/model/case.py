"""Cases: facts with the outcome that a ruleset must give for them, as written beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.model.decision import Status
from rules.model.values import Date, Value
from rules.source import Span


@dataclass(frozen=True, slots=True)
class ExpectedAction:
    """An action that the outcome must require, with all its arguments and its computed deadline, if any, as text."""

    action: str
    arguments: Mapping[str, Value]
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `facts` are nested as requests have them: true, false, null, Decimal, text (dates too).

    What is expected is None where the case does not speak of it.
    """

    ruleset: str
    name: str
    as_of: Date | None
    facts: Mapping[str, Value]
    span: Span
    status: Status = "decided"
    values: Mapping[str, Value] | None = None
    rules: tuple[str, ...] | None = None
    actions: tuple[ExpectedAction, ...] | None = None
    missing_facts: tuple[str, ...] | None = None
