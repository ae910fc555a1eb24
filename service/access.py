"""Reading what was decided for others: the policy's own ruleset decides it, and it is on record first."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from service import messages, messages_callers
from service.callers import Caller, Role
from service.decide import DecisionService
from service.decider import Decider
from service.ledger import Draft, Entry
from service.problems import Fault, Refusal
from service.record import receipt
from service.replay import Difference, differences
from service.request import request_hash

KIND: Final = "access"
RULESET: Final = "customer_database_access"
HEADER: Final = "Access-Purpose"
PURPOSE: Final = "audit"
"""What reading is for, unless the header says otherwise."""
ROLES: Final[Mapping[Role | None, str]] = {
    Role.ADMINISTRATOR: "database_administrator",
    Role.AUDITOR: "auditor",
    Role.COMPLIANCE: "auditor",
}
"""What a role is called in the policy; whoever has none of these is from outside."""
OUTSIDE: Final = "external"
_RECORDED: Final = ("role", "operation", "purpose", "sensitive")
"""The facts of a reading that stand in its entry."""
_ALWAYS: Final = {"assigned": False, "consent": False, "approved_by": "none"}
"""The other ones: nobody is assigned to a customer here, and consents and approvals are not known."""
_WORD: Final = re.compile("[a-z_]{1,40}")

Json = dict[str, Any]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is about to be read. `what` says it in the record; `sensitive`, whether it holds private facts."""

    what: Json
    subject: str | None
    sensitive: bool
    operation: str = "read"


class Access:
    """Decides and records readings."""

    def __init__(self, service: DecisionService) -> None:
        self._service = service

    def to(self, reading: Reading, reader: Caller, purpose: str | None) -> bool:
        """Whether private facts must be masked in what is shown; the reading is on record when this returns.

        Raises `Refusal`: 403 with the rules that deny it, 400 for a purpose that the vocabulary does not have;
        and the ledger's errors.
        """
        decider = self._service.decider
        facts = _facts(reading, reader, PURPOSE if purpose is None else purpose)
        today = decider.today()
        decision = _decided(decider, facts, today)
        outcome = _outcome(decision)
        entry = self._service.ledger.append(_draft(decider, reading, reader, facts, decision, today)).entry
        if outcome in ("allow", "allow_masked", None):
            return outcome == "allow_masked"
        denied = _denied(decision, receipt(entry))
        raise Refusal(messages_callers.FORBIDDEN, (Fault(messages_callers.ACCESS_DENIED, ""),), members=denied)


def again(decider: Decider, entry: Entry) -> tuple[Difference, ...]:
    """What deciding a recorded reading again gives that is not recorded; the decider is of its release."""
    stored, content = entry.document, entry.content
    facts = {name: content[name] for name in _RECORDED} | _ALWAYS
    try:
        decision = _decided(decider, facts, dt.date.fromisoformat(stored["as_of"]))
    except Refusal as refusal:
        return (Difference("vocabulary", "/content", facts, refusal.kind.title),)
    hashed = request_hash({"read": content["read"], "facts": facts}).hex()
    expected = {
        **stored,
        "request_hash": hashed,
        "content": {**content, "outcome": _outcome(decision), **_told(decision)},
    }
    return tuple(differences(decider.policy.engine.name, stored, expected))


def _draft(
    decider: Decider, reading: Reading, reader: Caller, facts: Json, decision: Json | None, today: dt.date
) -> Draft:
    now = decider.clock.now()
    content: Json = {
        "caller": reader.id,
        **{name: facts[name] for name in _RECORDED},
        "read": reading.what,
        "outcome": _outcome(decision),
        **_told(decision),
    }
    return Draft(
        kind=KIND,
        entry_id=decider.ids.at(now),
        subject=reading.subject,
        as_of=today,
        decided_at=now,
        key_hash=None,
        request_hash=request_hash({"read": reading.what, "facts": facts}),
        content=content,
    )


def _facts(reading: Reading, reader: Caller, purpose: str) -> Json:
    given = (ROLES.get(reader.role, OUTSIDE), reading.operation, purpose, reading.sensitive)
    return dict(zip(_RECORDED, given, strict=True)) | _ALWAYS


def _decided(decider: Decider, facts: Json, today: dt.date) -> Json | None:
    """What the policy says; None where it says nothing of access. Raises `Refusal` (400, 403)."""
    if RULESET not in decider.policy.checked.rulesets:
        if _WORD.fullmatch(facts["purpose"]) is None:
            raise _bad_purpose(messages_callers.BAD_PURPOSE)
        return None
    try:
        decision = decider.decide({"decide": [RULESET], "facts": {"access": facts}}, today)
    except Refusal as refusal:
        for fault in refusal.faults:
            if fault.at == "/facts/access/purpose":
                raise _bad_purpose(fault.complaint) from None
        _log.error("the ruleset %s does not take what is known of a reading: %s", RULESET, refusal.as_json()["errors"])
        raise Refusal(messages_callers.FORBIDDEN, (Fault(messages_callers.ACCESS_UNDECIDED, ""),)) from None
    content: Json = orjson.loads(orjson.dumps(decision.content))  # parts of it are written already
    return content


def _bad_purpose(complaint: Any) -> Refusal:
    return Refusal(messages.BAD_HEADER, (Fault(complaint, HEADER, "header"),))


def _outcome(decision: Json | None) -> str | None:
    """`allow`, `allow_masked` or `deny`; any other status denies; None where the policy says nothing."""
    if decision is None:
        return None
    found = decision["outcomes"][RULESET]
    return str(found["values"].get("access", "deny")) if found["status"] == "decided" else "deny"


def _told(decision: Json | None) -> Json:
    """What the policy's answer leaves in the record: by which release, which rules, what they require."""
    if decision is None:
        return {"policy": None, "status": None, "rules": [], "required_actions": []}
    found = decision["outcomes"][RULESET]
    return {
        "policy": decision["policy"],
        "status": found["status"],
        "rules": [{"id": rule["id"], "clause": rule["clause"]} for rule in found["rules"]],
        "required_actions": decision["required_actions"],
    }


def _denied(decision: Json | None, where: Json) -> Json:
    """What a reader is told besides: the rules, their clauses and reasons, what is to be done, the entry."""
    assert decision is not None
    rules = decision["outcomes"][RULESET]["rules"]
    return {"rules": rules, "required_actions": decision["required_actions"], "receipt": where}
