"""Reviews of recorded decisions: a person confirms one, or says what shall hold instead. Knows nothing of HTTP."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from marshmallow import Schema

from service import messages, messages_reviews
from service.decider import Decider
from service.fields import Choice, Integer, Strict
from service.ledger import Entry, EntryExists, Ledger
from service.ledger.entry import utc_text
from service.messages_reviews import BLANK
from service.numbers import MAX_INTEGER
from service.overrides import Outcomes, overrides
from service.problems import Fault, Refusal
from service.record import receipt
from service.register.index import REVIEW, REVIEWED
from service.register.search import NOT_REVIEWED
from service.reports import Asked, Reports, Said, check_past, read_members
from service.request import Moment

Json = dict[str, Any]

NAME_LENGTH: Final = 200
REASON_LENGTH: Final = 1000
OVERRIDE: Final = "override"
_NUMERAL: Final = re.compile("[1-9][0-9]{0,8}")
_MEMBERS: Final[dict[str, Strict]] = {
    "verdict": Choice(tuple(REVIEWED), required=True, label="whether what was decided holds"),
    "by": Said(NAME_LENGTH, BLANK, required=True, label="who says so"),
    "authority": Said(NAME_LENGTH, BLANK, required=True, label="by which authority: a role of the policy, or another"),
    "reason": Said(REASON_LENGTH, BLANK, required=True, label="why"),
    "at": Moment(label="when it was decided so, not in the future; left out: now"),
    "outcomes": Outcomes(label="for an override the values that shall hold instead, by ruleset and output"),
    "supersedes": Integer(Decimal(1), Decimal(MAX_INTEGER), label="the number of the last review, if there is one"),
}
_KEPT: Final = ("verdict", "by", "authority", "reason", "at", "outcomes", "supersedes")


@dataclass(frozen=True, slots=True)
class Review:
    """What a person says of a decision; `outcomes` in the notation of the record, for an override alone."""

    verdict: str
    by: str
    authority: str
    reason: str
    at: dt.datetime | None
    outcomes: Json | None
    supersedes: int | None


class Reviews:
    """The reviews of every recorded decision."""

    def __init__(
        self, ledger: Ledger, decider: Callable[[], Decider], decider_of: Callable[[str], Decider]
    ) -> None:
        """`decider` gives the one in force, `decider_of` that of a release by its hash."""
        self._reports = Reports(ledger, decider)
        self._ledger = ledger
        self._decider_of = decider_of

    def every(self, decision_id: str) -> Json | None:
        """The reviews of a decision in their order, and what the last one says; None for an id that none has."""
        if self._reports.decision(decision_id) is None:
            return None
        recorded = self._recorded(decision_id)
        last = REVIEWED[recorded[-1].content["verdict"]] if recorded else NOT_REVIEWED
        return {"decision_id": decision_id, "reviewed": last, "items": [_shown(entry) for entry in recorded]}

    def one(self, decision_id: str, number: str) -> Json | None:
        """One review of a decision, by its number."""
        if _NUMERAL.fullmatch(number) is None or self._reports.decision(decision_id) is None:
            return None
        entry = self._ledger.get(_entry_id(decision_id, int(number)))
        return None if entry is None else _shown(entry)

    def add(
        self, decision_id: str, value: Any, key: str | None = None, caller: str | None = None
    ) -> tuple[Json, bool] | None:
        """Record a review; the review, and whether it was recorded before under this key.

        `caller` is who sends it, by its id. None for an id that no decision has. Raises `Refusal` for a review
        that is not valid or that does not supersede the last one, or a key used for another request,
        `ReleaseUnusable`, and the ledger's errors.
        """
        decision = self._reports.decision(decision_id)
        if decision is None:
            return None
        asked = Asked.of({"decision": decision_id, "review": value}, key, caller)
        if (known := self._reports.known(asked)) is not None:
            return _shown(known), True
        now = self._reports.now()
        review = self._read(value, decision, now)
        recorded = self._recorded(decision_id)
        number = len(recorded) + 1
        if (review.supersedes or 0) != len(recorded):
            raise _not_the_last(recorded)
        try:
            content = _content(review, number, now)
            appended = self._reports.append(REVIEW, _entry_id(decision_id, number), decision, asked, now, content)
        except EntryExists:  # another one was a moment faster
            raise _not_the_last(self._recorded(decision_id)) from None
        return _shown(appended.entry), appended.replayed

    def _recorded(self, decision_id: str) -> list[Entry]:
        """The reviews of a decision, the first one first."""
        recorded: list[Entry] = []
        while (entry := self._ledger.get(_entry_id(decision_id, len(recorded) + 1))) is not None:
            recorded.append(entry)
        return recorded

    def _read(self, value: Any, decision: Entry, now: dt.datetime) -> Review:
        """The review in the JSON value of a body. Raises `Refusal` (422) with every fault."""
        given, wrong = read_members(value, _MEMBERS)
        check_past(value, given["at"], now, wrong)
        decided_at = decision.document["decided_at"]
        if given["at"] is not None and utc_text(given["at"]) < utc_text(
            dt.datetime.fromisoformat(decided_at).replace(microsecond=0)
        ):
            wrong.append(Fault(messages_reviews.before_the_decision(str(value["at"]), decided_at), "/at"))
        outcomes = self._outcomes(given, decision, wrong)
        if wrong:
            raise Refusal(messages.INVALID, tuple(wrong), detail=messages_reviews.NOT_RECORDED)
        supersedes = given["supersedes"]
        return Review(
            **{name: given[name] for name in ("verdict", "by", "authority", "reason", "at")},
            outcomes=outcomes,
            supersedes=None if supersedes is None else int(supersedes),
        )

    def _outcomes(self, given: Json, decision: Entry, wrong: list[Fault]) -> Json | None:
        """The values of an override. What is wrong with the member itself is told already."""
        outcomes, overrides_ = given["outcomes"], given["verdict"] == OVERRIDE
        if outcomes is None:
            if overrides_ and not any(fault.at.startswith("/outcomes") for fault in wrong):
                wrong.append(Fault(messages.NEEDED, "/outcomes"))
            return None
        if given["verdict"] is not None and not overrides_:
            wrong.append(Fault(messages_reviews.NO_OVERRIDE, "/outcomes"))
            return None
        content = decision.content
        found = overrides(outcomes, content["outcomes"], self._decider_of(content["policy"]["release"]))
        wrong += found.faults
        return found.outcomes


def schema() -> type[Schema]:
    """The review as a marshmallow schema, for the API document."""
    return Schema.from_dict(dict(_MEMBERS), name="ReviewRequest")


def _entry_id(decision_id: str, number: int) -> str:
    """The id of the entry of a review: there can be only one of a number."""
    return f"{decision_id}.review.{number}"


def _content(review: Review, number: int, now: dt.datetime) -> Json:
    kept = {name: getattr(review, name) for name in _KEPT}
    return {"number": number, **kept, "at": utc_text(review.at or now)}


def _shown(entry: Entry) -> Json:
    """What a review says, of which decision, and where it is on record."""
    content = entry.content
    return {
        "decision_id": content["decision_id"],
        "number": content["number"],
        **{name: content[name] for name in _KEPT},
        "recorded_at": entry.document["decided_at"],
        "receipt": receipt(entry),
    }


def _not_the_last(recorded: list[Entry]) -> Refusal:
    last = _shown(recorded[-1]) if recorded else None
    return Refusal(messages_reviews.ALREADY_REVIEWED, members={"review": last})
