"""What the service tells a caller that it does not know, or that may not do what it asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.problems import Complaint, Kind

UNAUTHENTICATED: Final = Kind(
    "unauthenticated",
    401,
    "The service does not know who asks",
    "send an API key or a token as `Authorization: Bearer …`; `errors` says what is wrong with what was sent",
)
FORBIDDEN: Final = Kind("forbidden", 403, "The caller may not do this", "`errors` says what is missing")
TOO_MANY_REQUESTS: Final = Kind(
    "too-many-requests", 429, "Too many requests", "wait as long as the header `Retry-After` says, then go on"
)
CALLERS_UNREADABLE: Final = Kind(
    "callers-unreadable",
    503,
    "It cannot be told who may ask",
    "the table of keys, or the keys of the token issuer, cannot be read; the failure is logged",
)

KINDS: Final = (UNAUTHENTICATED, FORBIDDEN, TOO_MANY_REQUESTS, CALLERS_UNREADABLE)

# Credentials; what was sent is never repeated.

NO_CREDENTIALS: Final = Complaint("no-credentials", "the request says nothing of who asks")
OTHER_SCHEME: Final = Complaint("wrong-scheme", "the scheme is not `Bearer`")
MALFORMED: Final = Complaint(
    "malformed-credentials", "what follows `Bearer` is neither an API key nor a token", "send one, once"
)
IN_QUERY: Final = Complaint(
    "credentials-in-query",
    "a key or token stands in the URL, where logs and histories keep it",
    "send it in the header `Authorization`, and have this one revoked",
)

# API keys.

MISTYPED_KEY: Final = Complaint("mistyped-key", "the key has a slip in it: its check digits do not fit")
UNKNOWN_KEY: Final = Complaint("unknown-key", "there is no such key")
REVOKED_KEY: Final = Complaint("revoked-key", "the key was revoked")
EXPIRED_KEY: Final = Complaint("expired-key", "the key has expired")

# Tokens.

NO_TOKENS: Final = Complaint("tokens-not-taken", "this service takes API keys alone", "no token issuer is configured")
BAD_TOKEN: Final = Complaint("malformed-token", "the token is not a signed JSON Web Token")
UNKNOWN_SIGNER: Final = Complaint("unknown-signing-key", "the issuer has no key that the token names in `kid`")
WRONG_KEY_TYPE: Final = Complaint("wrong-signing-key", "the key that the token names is not for its algorithm")
BAD_SIGNATURE: Final = Complaint("bad-signature", "the signature is not that of the issuer")
EXPIRED_TOKEN: Final = Complaint("expired-token", "the token has expired")
NOT_YET: Final = Complaint("token-not-yet-valid", "the token is not valid yet", "compare the clocks")
OTHER_ISSUER: Final = Complaint("wrong-issuer", "the token is of another issuer")
OTHER_AUDIENCE: Final = Complaint("wrong-audience", "the token is for another service")


def algorithm_refused(allowed: Sequence[str]) -> Complaint:
    """A token signed in a way that is not on the list, or not at all."""
    listed = ", ".join(f"`{name}`" for name in allowed)
    return Complaint("algorithm-not-allowed", "the algorithm that the token names is not allowed", f"use {listed}")


def claim_missing(name: str) -> Complaint:
    """A token that does not say what it must."""
    return Complaint("missing-claim", f"the token has no claim `{name}`")


def bad_claim(name: str) -> Complaint:
    """A token that says something in another form than it must."""
    return Complaint("bad-claim", f"the claim `{name}` of the token is not as it must be")


# What a caller may do, and how often.


def scope_missing(needed: Sequence[str]) -> Complaint:
    """None of the scopes that would do."""
    listed = " or ".join(f"`{name}`" for name in needed)
    return Complaint("missing-scope", f"this needs the scope {listed}")


def too_often(limit: str) -> Complaint:
    """A key that is used more often than it may."""
    return Complaint("rate-exceeded", f"more than {limit}")


TOO_MANY_FAILURES: Final = Complaint(
    "too-many-failures", "too many requests without valid credentials came from this address"
)


# Reading what was decided for others.

ACCESS_DENIED: Final = Complaint(
    "access-denied", "the policy does not allow this reading: see `rules`", "it is on record all the same"
)
ACCESS_UNDECIDED: Final = Complaint("access-undecided", "the policy cannot tell whether this may be read")
CANNOT_MASK: Final = Complaint(
    "cannot-be-masked",
    "the policy allows this reading with private data masked, and these bytes cannot be masked",
    "read the decision or its explanation",
)
BAD_PURPOSE: Final = Complaint("invalid-purpose", "the purpose must be one word of small letters and underscores")
