"""Reading what was decided for others: the policy's own ruleset decides it, and it is on record first."""

from __future__ import annotations

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
from service.ledger import Draft
from service.problems import Fault, Refusal
from service.record import receipt
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
        decision = _decided(decider, facts)
        outcome = _outcome(decision)
        entry = self._service.ledger.append(self._draft(decider, reading, reader, facts, decision)).entry
        if outcome in ("allow", "allow_masked", None):
            return outcome == "allow_masked"
        denied = _denied(decision, receipt(entry))
        raise Refusal(messages_callers.FORBIDDEN, (Fault(messages_callers.ACCESS_DENIED, ""),), members=denied)

    def _draft(
        self, decider: Decider, reading: Reading, reader: Caller, facts: Json, decision: Json | None
    ) -> Draft:
        now = decider.clock.now()
        content: Json = {
            "caller": reader.id,
            "role": facts["role"],
            "operation": facts["operation"],
            "purpose": facts["purpose"],
            "sensitive": facts["sensitive"],
            "read": reading.what,
            "outcome": _outcome(decision),
            **_told(decision),
        }
        return Draft(
            kind=KIND,
            entry_id=decider.ids.at(now),
            subject=reading.subject,
            as_of=decider.today(),
            decided_at=now,
            key_hash=None,
            request_hash=request_hash({"read": reading.what, "facts": facts}),
            content=content,
        )


def _facts(reading: Reading, reader: Caller, purpose: str) -> Json:
    return {
        "role": ROLES.get(reader.role, OUTSIDE),
        "operation": reading.operation,
        "purpose": purpose,
        "assigned": False,
        "sensitive": reading.sensitive,
        "consent": False,
        "approved_by": "none",
    }


def _decided(decider: Decider, facts: Json) -> Json | None:
    """What the policy says; None where it says nothing of access. Raises `Refusal` (400, 403)."""
    if RULESET not in decider.policy.checked.rulesets:
        if _WORD.fullmatch(facts["purpose"]) is None:
            raise _bad_purpose(messages_callers.BAD_PURPOSE)
        return None
    try:
        decision = decider.decide({"decide": [RULESET], "facts": {"access": facts}})
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
