"""Many requests at once: each decided and recorded for itself, and written to the ledger in groups.

A group is one transaction. What is wrong with one item is the result of that item, and stops no other.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from service import json_reader, messages, messages_api
from service.decide import Answer, DecisionService
from service.json_reader import Doubt
from service.ledger import Appended, Draft, Entry, IdempotencyConflict, LedgerError, Placed
from service.problems import Fault, Refusal, pointer
from service.record import Decision, key_hash, receipt
from service.request import canonical

MAX_ITEMS: Final = 1_000
MAX_BYTES: Final = 16 * 1024 * 1024
"""Of the body of a batch; an item has the limit of a request that comes alone."""
GROUP: Final = 100
"""Items in one transaction: more gain little, and make other callers wait for it."""

Result = Answer | Exception
"""What becomes of an item: an answer, or what a request that comes alone would raise."""

_log = logging.getLogger(__name__)


class _Made(NamedTuple):
    """A decision, and what is to be recorded of it."""

    decision: Decision
    draft: Draft
    asked_for: bytes
    deciding: float


class Batch:
    """One batch of requests, read from the JSON text of a body."""

    def __init__(
        self, service: DecisionService, body: bytes, key: str | None = None, caller: str | None = None
    ) -> None:
        """`caller` is who asks. Raises `Refusal` where the body is not a batch; an item's faults are told with it."""
        value, doubts = json_reader.examine(body, MAX_BYTES)
        self._doubts = _by_item(doubts)
        self.items = _items(value)
        self._service = service
        self._key = key
        self._caller = caller
        decider = service.decider
        self._known = self._recorded_before()
        first = next((entry.content.get("batch") for entry in self._known.values()), None)
        self.batch_id: str = first or decider.ids.at(decider.clock.now())
        """Stands in each entry; a batch that comes again under its key keeps the id of the first time."""

    def results(self) -> Iterator[list[Result]]:
        """What becomes of the items, in their order, group by group, each group once it is durable.

        Raises the ledger's errors for the first group; after that they are results.
        """
        for start in range(0, len(self.items), GROUP):
            positions = range(start, min(start + GROUP, len(self.items)))
            try:
                yield self._group(positions)
            except LedgerError as error:
                if start == 0:
                    raise
                yield [error] * len(positions)

    def _group(self, positions: Sequence[int]) -> list[Result]:
        prepared = [self._prepared(position) for position in positions]
        drafts = [one.draft for one in prepared if isinstance(one, _Made)]
        placed, recording = self._recorded(drafts)
        return [self._result(one, next(placed), recording) if isinstance(one, _Made) else one for one in prepared]

    def _recorded(self, drafts: Sequence[Draft]) -> tuple[Iterator[Placed], float]:
        """What became of each draft, and how many seconds it took them all."""
        meter = self._service.meter
        begun = meter.now()
        try:
            placed = self._service.ledger.append_all(drafts) if drafts else []
        except LedgerError:
            meter.unanswered(len(drafts))
            raise
        return iter(placed), meter.now() - begun

    def _prepared(self, position: int) -> _Made | Result:
        """The decision on an item and what is to be recorded of it, or what there is to say already."""
        try:
            text = self._text(position)
            asked_for = hashlib.sha256(text).digest()
            if position in self._known:
                return self._service.repeat(self._known[position], asked_for)
            begun = self._service.meter.now()
            decision = self._service.decision(self.items[position], self._caller)
            deciding = self._service.meter.now() - begun
            decision.content["batch"] = self.batch_id
            draft = self._service.draft(decision, self._item_key(position), asked_for)
            return _Made(decision, draft, asked_for, deciding)
        except (Refusal, LedgerError) as error:
            return error
        except Exception as error:
            _log.error("unexpected failure in item %d of batch %s", position, self.batch_id, exc_info=error)
            return error

    def _result(self, made: _Made, placed: Placed, recording: float) -> Result:
        if isinstance(placed, IdempotencyConflict):
            try:
                return self._service.overtaken(made.draft, made.asked_for)
            except (Refusal, LedgerError) as error:
                return error
        if not isinstance(placed, Appended):
            return placed
        if placed.replayed:
            return self._service.repeat(placed.entry, made.asked_for)
        self._service.meter.recorded(made.decision, placed.entry.index, made.deciding, recording)
        return Answer(made.decision.decision_id, made.decision.document(receipt(placed.entry)), replayed=False)

    def _text(self, position: int) -> bytes:
        """The item in the notation that stands for it. Raises `Refusal` for what could be read in two ways."""
        if position in self._doubts:
            raise Refusal(messages.NOT_JSON, self._doubts[position])
        text = canonical(self.items[position])
        if len(text) > json_reader.MAX_BYTES:
            raise Refusal(messages.TOO_LARGE, (Fault(messages_api.ITEM_TOO_LARGE, ""),))
        return text

    def _recorded_before(self) -> dict[int, Entry]:
        """Items that are on record under this batch's key."""
        keys = [key for position in range(len(self.items)) if (key := self._item_key(position)) is not None]
        found = (self._service.ledger.find_key(key_hash(key, self._caller)) for key in keys)
        return {position: entry for position, entry in enumerate(found) if entry is not None}

    def _item_key(self, position: int) -> str | None:
        """The item's own key, which no caller can send as a key, for it holds a space."""
        return None if self._key is None else f"{self._key} {position}"


def _items(value: Any) -> list[Any]:
    """The requests in the value of a body. Raises `Refusal` (422)."""
    if not isinstance(value, dict):
        raise Refusal(messages.INVALID, (Fault(messages.wrong_type("an object", value), ""),))
    wrong = [Fault(messages.unknown_member(name, ("items",)), pointer((name,))) for name in value if name != "items"]
    items = value.get("items")
    if "items" not in value:
        wrong.append(Fault(messages.NEEDED, "/items"))
    elif not isinstance(items, list):
        wrong.append(Fault(messages.wrong_type("an array of requests", items), "/items"))
    elif not items:
        wrong.append(Fault(messages_api.NO_ITEMS, "/items"))
    elif len(items) > MAX_ITEMS:
        wrong.append(Fault(messages.too_many(len(items), MAX_ITEMS), "/items"))
    if wrong or not isinstance(items, list):
        raise Refusal(messages.INVALID, tuple(wrong))
    return items


def _by_item(doubts: Sequence[Doubt]) -> Mapping[int, tuple[Fault, ...]]:
    """What is doubtful inside each item, by pointers into it. Raises `Refusal` for what is doubtful elsewhere."""
    if any(not _inside(doubt) for doubt in doubts):
        raise Refusal(messages.NOT_JSON, tuple(Fault(doubt.complaint, pointer(doubt.path)) for doubt in doubts))
    return {
        int(position): tuple(Fault(doubt.complaint, pointer(doubt.path[2:])) for doubt in inside)
        for position, inside in groupby(doubts, key=lambda doubt: doubt.path[1])
    }


def _inside(doubt: Doubt) -> bool:
    return len(doubt.path) > 1 and doubt.path[0] == "items" and isinstance(doubt.path[1], int)
