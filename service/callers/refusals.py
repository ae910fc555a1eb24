"""Refusals of callers, with the headers that go with them (RFC 6750, section 3)."""

from __future__ import annotations

from service import messages_callers as messages
from service.callers.scopes import Needs
from service.problems import Complaint, Fault, Refusal

HEADER = "Authorization"
_CHALLENGE = 'Bearer realm="decisions"'


def unauthenticated(complaint: Complaint) -> Refusal:
    """401: nobody asks, or nobody knows who."""
    told = _CHALLENGE
    if complaint is not messages.NO_CREDENTIALS:
        error = "invalid_request" if complaint is messages.IN_QUERY else "invalid_token"
        told += f', error="{error}", error_description="{complaint.code}"'
    return Refusal(messages.UNAUTHENTICATED, (_at_header(complaint),), headers={"WWW-Authenticate": told})


def forbidden(needs: Needs) -> Refusal:
    """403: the caller has none of the scopes that would do."""
    needed = sorted(needs)
    told = f'{_CHALLENGE}, error="insufficient_scope", scope="{" ".join(needed)}"'
    complaint = messages.scope_missing(needed)
    return Refusal(messages.FORBIDDEN, (_at_header(complaint),), headers={"WWW-Authenticate": told})


def too_often(complaint: Complaint, limit: int, wait: int) -> Refusal:
    """429: come back in `wait` seconds."""
    headers = {
        "Retry-After": str(wait),
        "RateLimit-Limit": str(limit),
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": str(wait),
    }
    return Refusal(messages.TOO_MANY_REQUESTS, (_at_header(complaint),), headers=headers)


def unreadable() -> Refusal:
    """503: who may ask cannot be told."""
    return Refusal(messages.CALLERS_UNREADABLE)


def _at_header(complaint: Complaint) -> Fault:
    return Fault(complaint, HEADER, "header")
