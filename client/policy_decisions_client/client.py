"""The two clients: the same operations, one plain, one asynchronous."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, TypedDict, TypeVar, Unpack

import httpx

from policy_decisions_client.calls import Calls
from policy_decisions_client.errors import ProblemError
from policy_decisions_client.facts import About, Facts, Request, Tried
from policy_decisions_client.link import Ask, Link, Steps, Wait
from policy_decisions_client.models import Decision, Page, Simulation, Summary
from policy_decisions_client.pages import Explanation, Fact, Ruleset
from policy_decisions_client.proofs import Checkpoint, PublicKey, Receipt
from policy_decisions_client.retry import Retry
from policy_decisions_client.watch import Watch

T = TypeVar("T")


class Options(TypedDict, total=False):
    """What a client may be told besides the address of the service."""

    key: str | None
    """The API key, sent as `Authorization: Bearer`."""
    verify_with: str | PublicKey | None
    """The public key of the log: every decision is then verified before it is returned."""
    checkpoint_file: Path | None
    """Where the newest verified checkpoint is kept, so that the next process demands to be consistent with it."""
    retry: Retry
    timeout: float
    """Seconds that one attempt may wait to connect, to send, or for the next piece of the answer."""


class Filters(TypedDict, total=False):
    """What to search decisions by; `since` and `until` are days in UTC, both included."""

    subject: str
    ruleset: str
    outcome: str
    since: dt.date
    until: dt.date


class Client:
    """Asks the service; use it as a context manager, or close it. Safe among threads."""

    def __init__(
        self, base_url: str, *, transport: httpx.BaseTransport | None = None, **options: Unpack[Options]
    ) -> None:
        """Raises ValueError for an address or key that cannot be used, `ProofError` for a bad `verify_with`."""
        self._calls = _calls(options)
        self._http = httpx.Client(base_url=_address(base_url), headers=_headers(options), transport=transport)

    def decide(self, facts: Facts, *, idempotency_key: str | None = None, **about: Unpack[About]) -> Decision:
        """Decide, and record the decision once. Raises `InvalidFacts`, `ProblemError`, `Unreachable`, `NotVerified`."""
        return self._run(self._calls.decide(Request(facts, **about), idempotency_key))

    def batch(
        self, requests: Iterable[Request], *, idempotency_key: str | None = None
    ) -> tuple[Decision | ProblemError, ...]:
        """Decide up to 1,000 requests; each has a decision or a problem, in their order."""
        return self._run(self._calls.batch(requests, idempotency_key))

    def simulate(self, facts: Facts, *, trying: Tried | None = None, **about: Unpack[About]) -> Simulation:
        """What would be decided, by a draft or an older release if one is tried; nothing is recorded."""
        return self._run(self._calls.simulate(Request(facts, **about), trying or {}))

    def decision(self, decision_id: str) -> Decision:
        """A recorded decision."""
        return self._run(self._calls.decision(decision_id))

    def explanation(self, decision_id: str) -> Explanation:
        """Why, and why not."""
        return self._run(self._calls.explanation(decision_id))

    def receipt(self, decision_id: str) -> Receipt:
        """The proof that a decision is on record; keep its `text`."""
        return self._run(self._calls.receipt(decision_id))

    def search(self, **filters: Unpack[Filters]) -> Iterator[Summary]:
        """Recorded decisions, the newest first; pages are fetched as they are needed."""
        page: Page | None = None
        while page is None or page.next is not None:
            page = self._run(self._calls.page(_query(filters, page)))
            yield from page.items

    def rulesets(self) -> tuple[Ruleset, ...]:
        """What can be decided."""
        return self._run(self._calls.rulesets())

    def vocabulary(self) -> dict[str, Fact]:
        """The facts that can be given, by name."""
        return self._run(self._calls.vocabulary())

    def verify(self, decision: Decision) -> Checkpoint:
        """Check a decision against the log now. Raises `NotVerified`, and `ProofError` without `verify_with`."""
        return self._run(self._calls.verify(decision))

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _run(self, steps: Steps[T]) -> T:
        told: httpx.Response | httpx.RequestError | None = None
        while True:
            try:
                step = steps.send(told)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            told = self._do(step)

    def _do(self, step: Ask | Wait) -> httpx.Response | httpx.RequestError | None:
        if isinstance(step, Wait):
            time.sleep(step.seconds)
            return None
        try:
            return self._http.request(**_sent(step))
        except httpx.RequestError as error:
            return error


class AsyncClient:
    """The same for asyncio; use it as an asynchronous context manager, or close it."""

    def __init__(
        self, base_url: str, *, transport: httpx.AsyncBaseTransport | None = None, **options: Unpack[Options]
    ) -> None:
        """Raises ValueError for an address or key that cannot be used, `ProofError` for a bad `verify_with`."""
        self._calls = _calls(options)
        self._http = httpx.AsyncClient(base_url=_address(base_url), headers=_headers(options), transport=transport)

    async def decide(self, facts: Facts, *, idempotency_key: str | None = None, **about: Unpack[About]) -> Decision:
        """Decide, and record the decision once. Raises `InvalidFacts`, `ProblemError`, `Unreachable`, `NotVerified`."""
        return await self._run(self._calls.decide(Request(facts, **about), idempotency_key))

    async def batch(
        self, requests: Iterable[Request], *, idempotency_key: str | None = None
    ) -> tuple[Decision | ProblemError, ...]:
        """Decide up to 1,000 requests; each has a decision or a problem, in their order."""
        return await self._run(self._calls.batch(requests, idempotency_key))

    async def simulate(self, facts: Facts, *, trying: Tried | None = None, **about: Unpack[About]) -> Simulation:
        """What would be decided, by a draft or an older release if one is tried; nothing is recorded."""
        return await self._run(self._calls.simulate(Request(facts, **about), trying or {}))

    async def decision(self, decision_id: str) -> Decision:
        """A recorded decision."""
        return await self._run(self._calls.decision(decision_id))

    async def explanation(self, decision_id: str) -> Explanation:
        """Why, and why not."""
        return await self._run(self._calls.explanation(decision_id))

    async def receipt(self, decision_id: str) -> Receipt:
        """The proof that a decision is on record; keep its `text`."""
        return await self._run(self._calls.receipt(decision_id))

    async def search(self, **filters: Unpack[Filters]) -> AsyncIterator[Summary]:
        """Recorded decisions, the newest first; pages are fetched as they are needed."""
        page: Page | None = None
        while page is None or page.next is not None:
            page = await self._run(self._calls.page(_query(filters, page)))
            for item in page.items:
                yield item

    async def rulesets(self) -> tuple[Ruleset, ...]:
        """What can be decided."""
        return await self._run(self._calls.rulesets())

    async def vocabulary(self) -> dict[str, Fact]:
        """The facts that can be given, by name."""
        return await self._run(self._calls.vocabulary())

    async def verify(self, decision: Decision) -> Checkpoint:
        """Check a decision against the log now. Raises `NotVerified`, and `ProofError` without `verify_with`."""
        return await self._run(self._calls.verify(decision))

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self.close()

    async def _run(self, steps: Steps[T]) -> T:
        told: httpx.Response | httpx.RequestError | None = None
        while True:
            try:
                step = steps.send(told)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            told = await self._do(step)

    async def _do(self, step: Ask | Wait) -> httpx.Response | httpx.RequestError | None:
        if isinstance(step, Wait):
            await asyncio.sleep(step.seconds)
            return None
        try:
            return await self._http.request(**_sent(step))
        except httpx.RequestError as error:
            return error


def _calls(options: Options) -> Calls:
    key = options.get("verify_with")
    watch = None
    if key is not None:
        trusted = PublicKey.parse(key) if isinstance(key, str) else key
        watch = Watch(trusted, options.get("checkpoint_file"))
    elif options.get("checkpoint_file") is not None:
        raise ValueError("`checkpoint_file` is of use only with `verify_with`, the public key of the log")
    return Calls(Link(options.get("retry", Retry()), options.get("timeout", 10.0)), watch)


def _address(base_url: str) -> str:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise ValueError(f"the address {base_url!r} cannot be read: {error}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"the address of the service begins with http:// or https://, not {base_url!r}")
    return base_url


def _headers(options: Options) -> dict[str, str]:
    headers = {"User-Agent": "policy-decisions-client/0.1.0", "Accept": "application/json, text/plain"}
    key = options.get("key")
    if key is not None and re.fullmatch("[!-~]+", key) is None:
        raise ValueError("an API key is visible ASCII characters")
    return {**headers, **({"Authorization": f"Bearer {key}"} if key is not None else {})}


def _sent(ask: Ask) -> dict[str, Any]:
    """What httpx needs to send it."""
    return {
        "method": ask.method,
        "url": ask.path,
        "params": dict(ask.query) or None,
        "content": ask.body,
        "headers": dict(ask.headers),
        "timeout": ask.timeout,
    }


def _query(filters: Filters, page: Page | None) -> dict[str, str]:
    """The query of the next page; a filter that is None does not count."""
    names = {"since": "from", "until": "to"}
    query = {names.get(name, name): str(value) for name, value in filters.items() if value is not None}
    return {**query, "limit": "200", **({"cursor": page.next} if page is not None and page.next else {})}
