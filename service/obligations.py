"""What recorded decisions require, and the record that it was done. Knows nothing of HTTP."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from marshmallow import Schema

from service import messages
from service.decider import Decider
from service.fields import Strict, Text
from service.ledger import Entry, EntryExists, Ledger
from service.ledger.entry import utc_text
from service.personal import Vault, not_shown
from service.problems import Refusal
from service.record import receipt
from service.register import Filters, Register
from service.register.index import DONE
from service.register.take import due_key
from service.reports import Asked, Reports, Said, check_past, read_members
from service.request import Moment

Json = dict[str, Any]

NAME_LENGTH: Final = 200
NOTE_LENGTH: Final = 1000
_ACTION_ID: Final = re.compile(
    r"([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\.(0|[1-9][0-9]{0,5})"
)


_MEMBERS: Final[dict[str, Strict]] = {
    "by": Said(NAME_LENGTH, messages.NO_NAME, required=True, label="who carried it out: a role or a name"),
    "at": Moment(label="when it was carried out, not in the future; left out: now"),
    "note": Text(NOTE_LENGTH, label="what else is to be on record"),
}


class _Required(NamedTuple):
    """One required action: the entry of its decision, and its place among what that requires."""

    entry: Entry
    position: int

    @property
    def action_id(self) -> str:
        """`<decision id>.<position>`."""
        return f"{self.entry.entry_id}.{self.position}"

    @property
    def done_id(self) -> str:
        """The id of the entry that says it is done: there can be only one."""
        return f"{self.action_id}.done"

    @property
    def duty(self) -> Json:
        """As the decision has it."""
        duty: Json = self.entry.content["required_actions"][self.position]
        return duty


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody says that an action was carried out."""

    by: str
    at: dt.datetime | None
    note: str | None

    def says(self, recorded: Json) -> bool:
        """Whether a report on record says the same; without a time of its own this one agrees with any."""
        same_time = self.at is None or utc_text(self.at) == recorded["at"]
        return same_time and (self.by, self.note) == (recorded["by"], recorded["note"])


class Obligations:
    """The required actions of every recorded decision, and which of them are done."""

    def __init__(
        self, ledger: Ledger, register: Register, decider: Callable[[], Decider], vault: Vault | None = None
    ) -> None:
        """`decider` gives the one in force, whose clock and time zone count; `vault` opens what is sealed."""
        self._reports = Reports(ledger, decider)
        self._ledger = ledger
        self._vault = vault or Vault()
        self._register = register
        self._decider = decider

    def local(self, moment: dt.datetime) -> str:
        """A moment as deadlines are compared: what the clocks of the policy's zone show then."""
        return moment.astimezone(self._decider().policy.time_zone).strftime("%Y-%m-%dT%H:%M:%S")

    def page(self, filters: Filters) -> Json:
        """A page of required actions, the soonest due first."""
        found = self._register.obligations(filters)
        return {"items": [self._shown_at(one.entry, one.position) for one in found.items], "next": found.next}

    def one(self, action_id: str, masked: bool = False) -> Json | None:
        """One required action, None for an id that no decision has; `masked`, without what is sealed of it."""
        required = self._find(action_id, masked)
        return None if required is None else self._shown(required)

    def done(
        self, action_id: str, value: Any, key: str | None = None, caller: str | None = None
    ) -> tuple[Json, bool] | None:
        """Record that an action was carried out; the action, and whether that was on record before.

        `caller` is who says so, by its id.

        None for an id that no decision has. Raises `Refusal` for a report that is not valid, that differs
        from the one on record, or a key used for another request, and the ledger's errors.
        """
        required = self._find(action_id)
        if required is None:
            return None
        asked = Asked.of({"action": action_id, "done": value}, key, caller)
        if self._reports.known(asked) is not None:
            return self._shown(required), True
        now = self._reports.now()
        report = read(value, now)
        if (recorded := self._ledger.get(required.done_id)) is None:
            try:
                content = _content(required, report, now)
                appended = self._reports.append(DONE, required.done_id, required.entry, asked, now, content)
                return self._shown(required), appended.replayed
            except EntryExists:
                recorded = self._ledger.get(required.done_id)
                assert recorded is not None
        if not report.says(recorded.content):
            raise Refusal(messages.ALREADY_DONE, members={"done": _done(recorded)})
        return self._shown(required), True

    def _find(self, action_id: str, masked: bool = False) -> _Required | None:
        parts = _ACTION_ID.fullmatch(action_id)
        entry = self._reports.decision(parts[1]) if parts else None
        if parts is None or entry is None:
            return None
        position = int(parts[2])
        if position >= len(entry.content["required_actions"]):
            return None
        return _Required(entry if masked else self._vault.shown(entry), position)

    def _shown_at(self, index: int, position: int) -> Json:
        entry = self._ledger.at(index)
        assert entry is not None, "the register holds acknowledged entries alone"
        duty = self._vault.shown(entry).content["required_actions"][position]
        return self._shown(_Required(entry, position), {"due": duty["due"]})

    def _shown(self, required: _Required, opened: Json | None = None) -> Json:
        """One required action as it is told; `opened` are members of it that are not sealed here."""
        stored, duty = required.entry.document, {**required.duty, **(opened or {})}
        sealed = [one for one in not_shown(required.entry, _place(required.position)) if duty.get(one) is None]
        recorded = self._ledger.get(required.done_id)
        late = due_key(duty["due"]) < self.local(self._decider().clock.now())
        return {
            "action_id": required.action_id,
            "decision_id": stored["entry_id"],
            "position": required.position,
            "status": "open" if recorded is None else "done",
            "overdue": recorded is None and late,
            **duty,
            "subject": stored["subject"],
            "as_of": stored["as_of"],
            "decided_at": stored["decided_at"],
            "policy": stored["content"]["policy"],
            "done": None if recorded is None else _done(recorded),
            **({"sealed": sealed} if sealed else {}),
        }


def read(value: Any, now: dt.datetime) -> Report:
    """The report in the JSON value of a body. Raises `Refusal` (422) with every fault."""
    given, wrong = read_members(value, _MEMBERS)
    check_past(value, given["at"], now, wrong)
    if wrong:
        raise Refusal(messages.INVALID, tuple(wrong))
    return Report(given["by"], given["at"], given["note"])


def schema() -> type[Schema]:
    """The report as a marshmallow schema, for the API document."""
    return Schema.from_dict(dict(_MEMBERS), name="ActionDone")


def _content(required: _Required, report: Report, now: dt.datetime) -> Json:
    return {
        "position": required.position,
        "action": required.duty["action"],
        "by": report.by,
        "at": utc_text(report.at or now),
        "note": report.note,
    }


def _place(position: int) -> str:
    """Where the required action stands in what its decision's entry holds."""
    return f"/required_actions/{position}/"


def _done(entry: Entry) -> Json:
    """Who says so, and where it is on record."""
    content = entry.content
    return {
        "by": content["by"],
        "at": content["at"],
        "note": content["note"],
        "recorded_at": entry.document["decided_at"],
        "receipt": receipt(entry),
    }
