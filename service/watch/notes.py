"""What is noted while a request is answered: so little that it costs next to nothing; counted and written later."""

from __future__ import annotations

from typing import NamedTuple

from service.ledger import Facet


class Made(NamedTuple):
    """A decision that was recorded."""

    decision_id: str
    place: int
    """In the ledger: its index."""
    status: str
    asked: tuple[str, ...]
    facets: tuple[Facet, ...]
    disputed: tuple[str, ...]
    deciding: float
    recording: float
    ended: float
    """Seconds after its request came."""


class Answered(NamedTuple):
    """A request that was answered. `at` is seconds since 1970, `seconds` how long it took."""

    at: float
    seconds: float
    request_id: str
    method: str
    route: str
    status: str
    problem: str
    caller: str
    made: tuple[Made, ...]
    repeated: int
    unanswered: int
    not_recorded: int
    trace: str
    """The caller's `traceparent`, or nothing."""


class Committed(NamedTuple):
    """A transaction of the ledger."""

    entries: int
    seconds: float
