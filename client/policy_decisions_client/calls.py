"""Every operation of the service as steps; the clients in `client` carry them out."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from policy_decisions_client import models, pages
from policy_decisions_client.errors import ClientError, NotVerified, ProblemError, ProofError, UnexpectedAnswer
from policy_decisions_client.facts import Request, Tried, body, trial
from policy_decisions_client.link import Link, Steps, reader
from policy_decisions_client.models import Decision, Page, Simulation
from policy_decisions_client.pages import Explanation, Fact, Ruleset
from policy_decisions_client.proofs import Checkpoint, Receipt
from policy_decisions_client.reading import Reader
from policy_decisions_client.watch import Watch, check_entry, check_grown, check_same

_DECISIONS: Final = "/v1/decisions"
_VISIBLE: Final = re.compile("[!-~]{1,255}")


class Calls:
    """The operations. All raise `ClientError` of some kind."""

    def __init__(self, link: Link, watch: Watch | None) -> None:
        self._link = link
        self._watch = watch

    def decide(self, request: Request, key: str | None) -> Steps[Decision]:
        """Decide, once whatever happens on the way: every attempt carries the same key and the same bytes."""
        answer = yield from self._link.post(_DECISIONS, body(request.as_json()), _key(key))
        decision = models.decision(reader(answer))
        yield from self._if_watched(decision)
        return decision

    def batch(self, requests: Iterable[Request], key: str | None) -> Steps[tuple[Decision | ProblemError, ...]]:
        """Decide many at once; one that is refused does not touch the others."""
        items = [request.as_json() for request in requests]
        answer = yield from self._link.post(f"{_DECISIONS}/batch", body({"items": items}), _key(key))
        results = tuple(map(_result, reader(answer).many("items")))
        if len(results) != len(items):
            raise UnexpectedAnswer(f"{len(items)} requests were answered by {len(results)} results")
        for result in results:
            if isinstance(result, Decision):
                yield from self._if_watched(result)
        return results

    def simulate(self, request: Request, tried: Tried) -> Steps[Simulation]:
        """What would be decided; nothing is recorded."""
        asked = {**request.as_json(), **trial(tried)}
        answer = yield from self._link.post("/v1/simulations", body(asked), None)
        return models.simulation(reader(answer))

    def decision(self, decision_id: str) -> Steps[Decision]:
        """A recorded decision."""
        answer = yield from self._link.get(_at(decision_id))
        decision = models.decision(reader(answer))
        yield from self._if_watched(decision)
        return decision

    def explanation(self, decision_id: str) -> Steps[Explanation]:
        """Why, and why not."""
        answer = yield from self._link.get(f"{_at(decision_id)}/explanation")
        return pages.explanation(reader(answer))

    def receipt(self, decision_id: str) -> Steps[Receipt]:
        """The proof to keep."""
        answer = yield from self._link.get(f"{_at(decision_id)}/receipt")
        return Receipt.parse(_text(answer.content))

    def page(self, query: Mapping[str, str]) -> Steps[Page]:
        """Some of the decisions that fit."""
        answer = yield from self._link.get(_DECISIONS, query)
        return models.page(reader(answer))

    def rulesets(self) -> Steps[tuple[Ruleset, ...]]:
        """What can be decided."""
        answer = yield from self._link.get("/v1/rulesets")
        return pages.rulesets(reader(answer))

    def vocabulary(self) -> Steps[dict[str, Fact]]:
        """What can be told."""
        answer = yield from self._link.get("/v1/vocabulary")
        return pages.vocabulary(reader(answer))

    def verify(self, decision: Decision) -> Steps[Checkpoint]:
        """Check against the log that a decision is on record as it was answered."""
        decision_id = decision.decision_id
        if self._watch is None:
            raise ProofError("to verify a decision, make the client with `verify_with`, the public key of the log")
        try:
            receipt = yield from self.receipt(decision_id)
            check_entry(decision, receipt)
            checkpoint = receipt.verify(self._watch.key)
            yield from self._seen(self._watch, checkpoint)
        except NotVerified:
            raise
        except ClientError as error:
            raise NotVerified(decision_id, str(error)) from error
        return checkpoint

    def _if_watched(self, decision: Decision) -> Steps[None]:
        if self._watch is not None:
            yield from self.verify(decision)

    def _seen(self, watch: Watch, seen: Checkpoint) -> Steps[None]:
        """Tie a checkpoint to the newest one known; again if another thread went further meanwhile.

        So all that were ever seen form one chain: no two of them can be of different pasts.
        """
        while True:
            known = watch.newest
            if known is not None:
                yield from self._consistent(known, seen)
            if watch.advance(known, seen):
                return

    def _consistent(self, known: Checkpoint, seen: Checkpoint) -> Steps[None]:
        if known.size == seen.size:
            return check_same(known, seen)
        old, new = (known, seen) if known.size < seen.size else (seen, known)
        query = {"old": str(old.size), "size": str(new.size)}
        try:
            answer = yield from self._link.get("/v1/log/proof/consistency", query)
        except ProblemError as error:
            if error.status != 422:
                raise
            why = f"it was seen with {known.size} entries and cannot prove that it still holds them"
            raise ProofError(f"the log was rewritten or cut: {why}") from error
        check_grown(old, new, [_hash(one) for one in reader(answer).texts("hashes")])


def _key(given: str | None) -> str:
    """The idempotency key of one call. Raises ValueError for one that no header may hold."""
    if given is None:
        return str(uuid.uuid4())
    if _VISIBLE.fullmatch(given) is None:
        raise ValueError("an idempotency key is 1 to 255 visible ASCII characters")
    return given


def _result(read: Reader) -> Decision | ProblemError:
    problem = read.maybe("problem")
    if problem is not None:
        return ProblemError(read.count("status"), problem.document)
    return models.decision(read.one("decision"))


def _at(decision_id: str) -> str:
    return f"{_DECISIONS}/{quote(decision_id, safe='')}"


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise UnexpectedAnswer("the receipt is not text in UTF-8") from None


def _hash(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise UnexpectedAnswer("a hash of a proof is not hexadecimal") from None
