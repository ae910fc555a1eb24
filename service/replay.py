"""A recorded decision decided again from the ledger alone, and held against its entry byte by byte.

From the entry come the facts, the day, what was asked and the times; from the release that it names, the
policy. Everything that follows from these is derived anew, by the engine of the release and by the
interpreter, and the whole entry is written again: it must be the same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from rules.model.decision import Outcome
from service.crosscheck import Disagreement, compared
from service.decider import Decider, Derived
from service.ledger import Entry
from service.ledger.entry import prepare
from service.personal import Vault
from service.problems import pointer
from service.record import Decision
from service.request import Request

ABSENT: Final = "(absent)"
"""Stands for a member or item that one side does not have."""

MOST: Final = 100
"""Differences told of one entry; the first says enough."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place of an entry where deciding again does not give what is recorded."""

    engine: str
    at: str
    """JSON pointer into the entry."""
    recorded: Any
    replayed: Any

    def as_json(self) -> Json:
        """One item of `differences`."""
        return {"engine": self.engine, "pointer": self.at, "recorded": self.recorded, "replayed": self.replayed}


def replay(decider: Decider, entry: Entry, vault: Vault | None = None) -> tuple[Difference, ...]:
    """What differs; nothing, if the entry follows from its release and its facts. The decider is of its release.

    Raises `Unopened` where facts are sealed and their key is gone, or there is no vault; and `KeysUnusable`.
    """
    vault = vault or Vault()
    entry = vault.opened(entry)
    request = _request(decider, entry)
    if isinstance(request, Difference):
        return (request,)
    found: list[Difference] = []
    for engine, outcomes, disputes in _answers(decider, request, "disagreements" in entry.content):
        derived = decider.derived(request, outcomes, disputes)
        again = _again(entry, request, derived)
        sealed = replace(again, content=vault.sealed_again(entry, again.content))
        if (written := _written(entry, sealed)) != entry.canonical:
            plain = list(differences(engine, entry.document, orjson.loads(_written(entry, again))))
            found += plain or differences(engine, orjson.loads(entry.canonical), orjson.loads(written))
    return tuple(found[:MOST])


def _request(decider: Decider, entry: Entry) -> Request | Difference:
    """The request in an entry, or what the release's vocabulary does not take of it."""
    stored, content = entry.document, entry.content
    known = decider.policy.checked.rulesets
    for position, name in enumerate(content["asked"]):
        if name not in known:
            return Difference("vocabulary", f"/content/asked/{position}", name, "(no such ruleset)")
    facts, faults, _ = decider.requests.facts.read(content["facts"])
    for fault in faults:
        return Difference("vocabulary", f"/content{fault.at}", content["facts"], fault.complaint.detail)
    return Request(tuple(content["asked"]), stored["subject"], dt.date.fromisoformat(stored["as_of"]), facts)


def _answers(
    decider: Decider, request: Request, disputed: bool
) -> Iterator[tuple[str, Mapping[str, Outcome], tuple[Disagreement, ...]]]:
    """What each engine says; both as one where the entry records that they disagreed."""
    policy = decider.policy
    outcomes = policy.engine.decide(request.asked, request.facts, request.as_of)
    reference = policy.reference.decide(request.asked, request.facts, request.as_of)
    if disputed:
        yield f"{policy.engine.name} and {policy.reference.name}", *compared(outcomes, reference)
        return
    yield policy.engine.name, outcomes, ()
    yield policy.reference.name, reference, ()


def _again(entry: Entry, request: Request, derived: Derived) -> Decision:
    """The decision made anew: what was given and when stays, all that follows is as derived now."""
    stored = entry.document
    kept = {name: value for name, value in entry.content.items() if name not in ("disagreements", *derived.content)}
    decided_at = dt.datetime.fromisoformat(stored["decided_at"])
    content = {**kept, **derived.content}
    return Decision(entry.entry_id, request.subject, request.as_of, decided_at, content, derived.facets)


def _written(entry: Entry, decision: Decision) -> bytes:
    """The canonical bytes that the decision would have in the place of the entry."""
    key_hash = entry.document["key_hash"]
    draft = replace(
        decision.draft(None, entry.request_hash), key_hash=None if key_hash is None else bytes.fromhex(key_hash)
    )
    return prepare(draft).at(entry.index).canonical


def differences(engine: str, recorded: Any, replayed: Any, path: tuple[str, ...] = ()) -> Iterator[Difference]:
    """Every place where two JSON values differ, as deep as they are of one shape."""
    if isinstance(recorded, dict) and isinstance(replayed, dict):
        names = {**recorded, **replayed}
        pairs = [(name, recorded.get(name, ABSENT), replayed.get(name, ABSENT)) for name in names]
    elif isinstance(recorded, list) and isinstance(replayed, list):
        longest = max(len(recorded), len(replayed))
        pairs = [
            (str(i), recorded[i] if i < len(recorded) else ABSENT, replayed[i] if i < len(replayed) else ABSENT)
            for i in range(longest)
        ]
    else:
        if recorded != replayed or type(recorded) is not type(replayed):
            yield Difference(engine, pointer(path), recorded, replayed)
        return
    for name, one, other in pairs:
        yield from differences(engine, one, other, (*path, name))
