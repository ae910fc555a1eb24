"""Decisions as typed values. What the service adds later is not lost: `document` is the answer itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

from policy_decisions_client.errors import UnexpectedAnswer
from policy_decisions_client.reading import Reader, Values, as_day, as_moment

Status = Literal["decided", "undecided", "conflict", "error"]
_STATUSES: Final = ("decided", "undecided", "conflict", "error")


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The release of the policy that decided: the hash of its files, and its name."""

    release: str
    label: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in the log, and the hash that any receipt of it must have."""

    index: int
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that fired, and the paragraph behind it; `possible` where a missing fact could still undo it."""

    id: str
    clause: str
    because: Bilingual
    possible: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one ruleset says. Only one with the status `decided` may be acted upon."""

    status: Status
    values: Values
    rules: tuple[Rule, ...]
    missing_facts: tuple[str, ...]
    labels: Mapping[str, Any]
    """By output: the value in Chinese and English, where it is one of a list of words."""
    detail: str | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an action is required."""

    ruleset: str
    rule: str | None
    clause: str


@dataclass(frozen=True, slots=True)
class RequiredAction:
    """Something that must be done: by whom, to whom, by when (None: a standing duty), and every reason."""

    action: str
    by: str
    to: str | None
    due: dt.date | dt.datetime | None
    params: Values
    label: Bilingual
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found, by which release, for which day."""

    status: Status
    subject: str | None
    as_of: dt.date
    policy: Policy
    outcomes: Mapping[str, Outcome]
    required_actions: tuple[RequiredAction, ...]
    missing_facts: tuple[str, ...]
    """What to ask for: facts that could still change an outcome that was asked for."""
    document: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Findings):
    """A decision on record; `receipt` says where."""

    decision_id: str
    decided_at: dt.datetime
    receipt: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation(Findings):
    """What would be decided, which counts for nothing.

    `changes` is what differs from the release in force, None where that one cannot read the request.
    """

    changes: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A decision in a list."""

    decision_id: str
    status: Status
    subject: str | None
    as_of: dt.date
    decided_at: dt.datetime
    policy: Policy
    asked: tuple[str, ...]
    outcomes: Mapping[str, Values]
    actions: tuple[str, ...]
    receipt: Place
    document: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the decisions that a search found, and where the next ones begin."""

    items: tuple[Summary, ...]
    next: str | None


def decision(read: Reader) -> Decision:
    """Raises `UnexpectedAnswer`, as all of these do."""
    return Decision(
        **_findings(read),
        decision_id=read.text("decision_id"),
        decided_at=read.moment("decided_at"),
        receipt=_place(read.one("receipt")),
    )


def simulation(read: Reader) -> Simulation:
    """What would be decided."""
    changes = read.maybe("changes")
    return Simulation(**_findings(read), changes=None if changes is None else changes.document)


def page(read: Reader) -> Page:
    """A page of a search."""
    return Page(tuple(map(_summary, read.many("items"))), read.maybe_text("next"))


def bilingual(read: Reader) -> Bilingual:
    """A label."""
    return Bilingual(read.text("zh"), read.text("en"))


def _findings(read: Reader) -> dict[str, Any]:
    return {
        "status": _status(read),
        "subject": read.maybe_text("subject"),
        "as_of": read.day("as_of"),
        "policy": _policy(read.one("policy")),
        "outcomes": {name: _outcome(one) for name, one in read.each("outcomes")},
        "required_actions": tuple(map(_required, read.many("required_actions"))),
        "missing_facts": read.texts("missing_facts"),
        "document": read.document,
    }


def _summary(read: Reader) -> Summary:
    return Summary(
        decision_id=read.text("decision_id"),
        status=_status(read),
        subject=read.maybe_text("subject"),
        as_of=read.day("as_of"),
        decided_at=read.moment("decided_at"),
        policy=_policy(read.one("policy")),
        asked=read.texts("asked"),
        outcomes={name: one.values("values") for name, one in read.each("outcomes")},
        actions=read.texts("actions"),
        receipt=_place(read.one("receipt")),
        document=read.document,
    )


def _outcome(read: Reader) -> Outcome:
    return Outcome(
        status=_status(read),
        values=read.values("values"),
        rules=tuple(map(_rule, read.many("rules"))),
        missing_facts=read.texts("missing_facts"),
        labels=read.document.get("labels", {}),
        detail=read.maybe_text("detail"),
    )


def _rule(read: Reader) -> Rule:
    return Rule(read.text("id"), read.text("clause"), bilingual(read.one("because")), read.flag("possible", False))


def _required(read: Reader) -> RequiredAction:
    return RequiredAction(
        action=read.text("action"),
        by=read.text("by"),
        to=read.maybe_text("to"),
        due=_due(read.maybe_text("due")),
        params=read.values("params"),
        label=bilingual(read.one("label")),
        reasons=tuple(
            Reason(one.text("ruleset"), one.maybe_text("rule"), one.text("clause")) for one in read.many("reasons")
        ),
    )


def _due(text: str | None) -> dt.date | dt.datetime | None:
    if text is None:
        return None
    due = as_moment(text) or as_day(text)
    if due is None:
        raise UnexpectedAnswer(f"a deadline is a day or a moment, not {text!r}")
    return due


def _status(read: Reader) -> Status:
    status = read.text("status")
    if status not in _STATUSES:
        raise UnexpectedAnswer(f"a status is one of {', '.join(_STATUSES)}, not {status!r}")
    return cast(Status, status)


def _policy(read: Reader) -> Policy:
    return Policy(read.text("release"), read.text("label"))


def _place(read: Reader) -> Place:
    return Place(read.count("index"), read.text("leaf_hash"))
