"""A ledger with every kind of entry in it, written by the service itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from service.decide import Decider, DecisionService
from service.ledger import Draft, Log, Places
from service.obligations import Obligations
from service.register import LedgerEntries, Register
from tests.audit.helpers import Case
from tests.ledger.helpers import REQUEST
from tests.service.conftest import CountedIds, StoppedClock
from tests.service.releases import release

ORDER: dict[str, Any] = {
    "subject": "客户 C-1024",
    "as_of": "2026-11-23",
    "decide": ["route", "tags"],
    "facts": {"order": {"amount": "1000.00", "count": 8, "kind": "special", "urgent": False, "discount": "0.5"}},
}
SMALL: dict[str, Any] = {"decide": ["size"], "as_of": "2026-01-05", "facts": {"order": {"amount": "5", "count": 1}}}
UNDECIDED: dict[str, Any] = {"decide": ["size", "route"], "facts": {}}
OTHER_KINDS = ("access", "review", "erasure")


class Writer:
    """The service over a new ledger, a minute between any two entries."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(folder / "ledger.db", folder / "key", "log.example", folder / "checkpoints")
        self.log = Log.open(self.places, {})
        self.clock = StoppedClock()
        self.service = DecisionService(Decider(release(), "always", self.clock, CountedIds()), self.log.ledger)
        self._register = Register(LedgerEntries(self.log.ledger))
        self.obligations = Obligations(self.log.ledger, self._register, lambda: self.service.decider)

    def decide(self, body: dict[str, Any], key: str | None = None) -> str:
        self.clock.moment += dt.timedelta(minutes=2)
        return self.service.submit(body, key).decision_id

    def adopt(self, *args: Any, **changed: Any) -> None:
        self.clock.moment += dt.timedelta(minutes=2)
        self.service.adopt(release(*args, **changed))

    def done(self, decision: str, position: int = 0) -> None:
        self.clock.moment += dt.timedelta(minutes=2)
        assert self.obligations.done(f"{decision}.{position}", {"by": "仓库", "note": "做完了"}) is not None

    def other(self, kind: str, decision: str) -> None:
        """An entry of a kind that this room knows nothing of, about a decision."""
        self.clock.moment += dt.timedelta(minutes=2)
        named = {"decision_id": decision}
        content = {"read": named, "policy": None} if kind == "access" else {**named, "by": "审计员"}
        self.log.ledger.append(
            Draft(kind, f"{decision}.{kind}", None, dt.date(2026, 11, 24), self.clock.now(), None, REQUEST, content)
        )

    def close(self) -> Case:
        self._register.close()
        self.log.close()
        assert self.places.checkpoints is not None
        return Case(self.places.ledger, self.places.checkpoints, self.log.key)


def write(folder: Path) -> Case:
    """Four recordings of three releases, decisions of every status under each, what was done, and other kinds."""
    writer = Writer(folder)
    first = writer.decide(ORDER, key="one")
    writer.decide(SMALL)
    writer.done(first)
    writer.adopt(2000, "2", "2026-11-20")
    second = writer.decide({**ORDER, "known_at": "2026-11-23T07:23:00Z"})
    writer.decide(ORDER)
    writer.decide(UNDECIDED)
    writer.decide(SMALL, key="early")
    for kind in OTHER_KINDS:
        writer.other(kind, second)
    writer.adopt(500, "3")
    writer.done(second, 1)
    writer.adopt(2000, "2", "2026-11-20")
    writer.decide(ORDER)
    return writer.close()
