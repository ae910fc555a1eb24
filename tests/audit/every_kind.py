"""A ledger with every kind of entry in it, written by the service itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from service.decide import Decider, DecisionService
from service.erasures import Erasures
from service.ledger import Draft, Log, Places
from service.obligations import Obligations
from service.personal import Vault
from service.register import LedgerEntries, Register
from service.reviews import Reviews
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
NOTED: dict[str, Any] = {"subject": "C-7", "decide": ["note"], "facts": {"order": {"note": "致电王女士"}}}
UNDECIDED: dict[str, Any] = {"decide": ["size", "route"], "facts": {}}
REVIEW: dict[str, Any] = {
    "verdict": "override", "by": "主管", "authority": "supervisor", "reason": "=客户已付款",
    "outcomes": {"route": {"route": "fast"}},
}  # fmt: skip


SIZE = 18
DECISIONS = 9


class Writer:
    """The service over a new ledger, a minute between any two entries."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(folder / "ledger.db", folder / "key", "log.example", folder / "checkpoints")
        self.log = Log.open(self.places, {})
        self.clock = StoppedClock()
        self.vault = Vault()
        decider = Decider(release(), "always", self.clock, CountedIds())
        self.service = DecisionService(decider, self.log.ledger, self.vault)
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

    def review(self, decision: str) -> None:
        self.clock.moment += dt.timedelta(minutes=2)
        reviews = Reviews(self.log.ledger, lambda: self.service.decider, lambda _: self.service.decider)
        assert reviews.add(decision, REVIEW) is not None

    def erase(self, subject: str) -> None:
        self.clock.moment += dt.timedelta(minutes=2)
        assert Erasures(self.log.ledger, self.vault.keys, self.clock).of_subject(subject) is not None

    def access(self, decision: str) -> None:
        """As `service.access` records a reading, where the policy says nothing of it."""
        self.other("access", {"caller": "auditor", "read": {"decision_id": decision, "part": ""}, "policy": None})

    def other(self, kind: str, content: dict[str, Any]) -> None:
        """An entry of any kind."""
        self.clock.moment += dt.timedelta(minutes=2)
        now = self.clock.now()
        entry_id = self.service.decider.ids.at(now)
        self.log.ledger.append(Draft(kind, entry_id, None, dt.date(2026, 11, 24), now, None, REQUEST, content))

    def close(self) -> Case:
        self._register.close()
        self.log.close()
        assert self.places.checkpoints is not None
        return Case(self.places.ledger, self.places.checkpoints, self.log.key)


def write(folder: Path) -> Case:
    """Four recordings of three releases, decisions under each, what was done, reviewed, read and erased."""
    writer = Writer(folder)
    first = writer.decide(ORDER, key="one")
    writer.decide(SMALL)
    writer.done(first)
    writer.adopt(2000, "2", "2026-11-20")
    second = writer.decide({**ORDER, "known_at": "2026-11-23T07:23:00Z"})
    writer.decide(ORDER)
    writer.decide(UNDECIDED)
    writer.decide(SMALL, key="early")
    writer.decide(NOTED)
    writer.review(second)
    writer.access(second)
    writer.erase("C-7")
    writer.decide(NOTED)
    writer.adopt(500, "3")
    writer.done(second, 1)
    writer.adopt(2000, "2", "2026-11-20")
    writer.decide(ORDER)
    return writer.close()
