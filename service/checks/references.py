"""What refers to a decision refers to one that was recorded before it, by its number, its id and its hash."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from service.audit import Finding, Row
from service.checks.lookup import Lookup
from service.ledger import Entry
from service.record import KIND as DECISION
from service.register.index import DONE

Json = dict[str, Any]


class References:
    """A check of `service.audit`, on entries of every kind that have a `decision_id`."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def look(self, row: Row) -> str | None:
        """What is wrong with the decision that an entry names."""
        content = row.document["content"]
        content = content.get("read", content)  # of a reading, what was read
        done = row.document["kind"] == DONE
        if not done and content.get("decision_id") is None:
            return None
        decision = self._lookup.named(content["decision_id"])
        if decision is None or decision.index >= row.index or decision.kind != DECISION:
            return f"it refers to the decision `{content['decision_id']}`, which is not recorded before it"
        if content.get("decision_index", decision.index) != decision.index:
            return f"the decision `{content['decision_id']}` is entry {decision.index}, not as it says"
        if content.get("decision_hash", decision.leaf_hash.hex()) != decision.leaf_hash.hex():
            return f"the decision that it refers to, entry {decision.index}, has another hash than it says"
        return _not_required(row.document, content, decision) if done else None

    def end(self, size: int, root: bytes) -> Iterable[Finding]:
        """Nothing more."""
        return ()


def _not_required(document: Json, content: Json, decision: Entry) -> str | None:
    """Whether what was reported as done is what the decision requires at that place."""
    required, position = decision.content["required_actions"], content["position"]
    meant = f"the decision that it refers to, entry {decision.index}"
    if not 0 <= position < len(required) or required[position]["action"] != content["action"]:
        return f"{meant}, requires no such action at its place {position}"
    if document["entry_id"] != f"{decision.entry_id}.{position}.done":
        return f"its id is not that of the report on action {position} of entry {decision.index}"
    if document["subject"] != decision.document["subject"]:
        return f"its subject is not that of {meant}"
    return None
