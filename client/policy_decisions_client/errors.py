"""Everything that the client raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class ClientError(Exception):
    """The base of all that goes wrong between the caller and the service."""


class ProofError(ClientError):
    """Something does not prove what it is said to prove; the text says why."""


class NotVerified(ProofError):
    """A decision was answered and cannot be verified: do not act on it, and tell the operator.

    Raised as well where the log's past was rewritten since it was last seen.
    """

    def __init__(self, decision_id: str, why: str) -> None:
        super().__init__(f"decision {decision_id} is not verified: {why}")
        self.decision_id = decision_id


class InvalidFacts(ClientError):
    """The request cannot be sent as it is; `faults` holds a pointer (RFC 6901) and a reason for each place."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"`{place or '/'}`: {why}" for place, why in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request, and where: one of pointer (RFC 6901), parameter and header."""

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = self.parameter or self.header or self.pointer
        shown = f"`{place}`: {self.detail}" if place else self.detail
        return f"{shown} ({self.hint})" if self.hint else shown


class ProblemError(ClientError):
    """The service refused, with a problem document (RFC 9457); `kind` is the last part of its type."""

    def __init__(self, status: int, document: Mapping[str, Any], idempotency_key: str | None = None) -> None:
        self.status = status
        self.type = str(document.get("type", "about:blank"))
        self.kind = self.type.rpartition("/")[2]
        self.title = str(document.get("title", ""))
        self.detail = str(document.get("detail", ""))
        self.errors = _faults(document.get("errors"))
        self.document = document
        self.idempotency_key = idempotency_key
        """The key that the request was sent with: repeat it to ask again."""
        super().__init__("; ".join([f"{status} {self.title}: {self.detail}", *map(str, self.errors)]))


class Unreachable(ClientError):
    """No answer in time. With an idempotency key the decision may be on record: ask again with the same key."""

    def __init__(self, why: str, attempts: int, idempotency_key: str | None) -> None:
        again = f"; ask again with the idempotency key {idempotency_key}" if idempotency_key else ""
        super().__init__(f"no answer after {attempts} attempt{'s' * (attempts != 1)}: {why}{again}")
        self.attempts = attempts
        self.idempotency_key = idempotency_key


class UnexpectedAnswer(ClientError):
    """The answer is not what the service is documented to give: another service, or a version too far away."""


def _faults(listed: Any) -> tuple[Fault, ...]:
    """The faults of a problem document; what is not one is passed over, for the rest must still be told."""
    names = Fault.__dataclass_fields__
    return tuple(
        Fault(**{"code": "", "detail": "", **{name: str(one[name]) for name in names if one.get(name) is not None}})
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict)
    )
