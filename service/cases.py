"""The cases written beside the rules, run on an engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from rules.check.checked import CheckedPolicySet
from rules.engines.base import Engine
from rules.model.case import Case, ExpectedAction
from rules.model.decision import Outcome, Required
from rules.model.values import DateTime
from service import numbers
from service.facts import Facts
from service.moments import moment

STANDARD_DATE: Final = dt.date(2026, 1, 1)
"""The decision date of a case that names none; a case that depends on the date names it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of an outcome that is not as expected."""

    part: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Result:
    """One case on one engine: what differs, and which rules fired for certain."""

    case: Case
    engine: str
    differences: tuple[Difference, ...]
    fired: frozenset[tuple[str, str]]


class Runner:
    """Runs cases against one checked policy."""

    def __init__(self, checked: CheckedPolicySet) -> None:
        self._checked = checked
        self._facts = Facts(checked.policy.facts, checked.policy.calendar.zone)

    def run(self, case: Case, engine: Engine) -> Result:
        """The case on the engine; facts that the vocabulary refuses are a difference, too."""
        if case.ruleset not in self._checked.rulesets:
            return _unfit(case, engine, "ruleset", f"there is no ruleset `{case.ruleset}`")
        facts, faults, _ = self._facts.read(dict(case.facts))
        if faults:
            told = "; ".join(f"{fault.at}: {fault.complaint.detail}" for fault in faults)
            return _unfit(case, engine, "facts", told)
        outcomes = engine.decide((case.ruleset,), facts, case.as_of or STANDARD_DATE)
        fired = frozenset((name, rule) for name, one in outcomes.items() if one.certain for rule in one.rules)
        return Result(case, engine.name, tuple(differences(case, outcomes[case.ruleset])), fired)


def _unfit(case: Case, engine: Engine, part: str, told: str) -> Result:
    return Result(case, engine.name, (Difference(part, "valid", told),), frozenset())


def differences(case: Case, outcome: Outcome) -> Iterable[Difference]:
    """What an outcome has else than the case expects; what the case is silent on is not compared."""
    if outcome.status != case.status:
        why = "; ".join(outcome.faults) or ", ".join(outcome.missing_facts)
        yield Difference("status", case.status, outcome.status + (f" ({why})" if why else ""))
    for part, expected, got in (
        ("values", case.values, _plain(outcome.values)),
        ("rules", case.rules, outcome.rules),
        ("missing_facts", _sorted(case.missing_facts), _sorted(outcome.missing_facts)),
    ):
        if expected is not None and _plain(expected) != got:
            yield Difference(part, _text(expected), _text(got))
    if case.actions is not None:
        wanted, required = _expected(case.actions), _required(outcome.actions)
        if wanted != required:
            yield Difference("actions", ", ".join(wanted), ", ".join(required))


def _plain(value: Any) -> Any:
    """A value as cases write it: dates as text, equal numbers equal."""
    match value:
        case dt.date():
            return value.isoformat()
        case DateTime():
            return moment(value)
        case Mapping():
            return {name: _plain(item) for name, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case tuple():
            return tuple(_plain(item) for item in value)
    return value


def _sorted(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(sorted(names))


def _expected(actions: Iterable[ExpectedAction]) -> list[str]:
    return sorted({_call(action.action, action.arguments, action.due) for action in actions})


def _required(actions: Iterable[Required]) -> list[str]:
    return sorted({_call(required.action, dict(required.arguments), required.due) for required in actions})


def _call(name: str, arguments: Mapping[str, Any], due: Any) -> str:
    listed = ", ".join(f"{argument}: {_text(arguments[argument])}" for argument in sorted(arguments))
    return (f"{name}({listed})" if listed else name) + (f" due {_text(due)}" if due is not None else "")


def _text(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return numbers.text(value)
        case Mapping():
            return "{" + ", ".join(f"{name}: {_text(item)}" for name, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(_text(item) for item in value) + "]"
    return str(_plain(value))
