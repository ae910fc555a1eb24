"""What callers of batches and simulations are told, and what any caller is told of HTTP itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rules.errors import Diagnostic
from service import messages
from service.problems import Complaint, Kind

BAD_POLICY: Final = Kind(
    "invalid-policy",
    422,
    "The draft is not a policy that can decide",
    "every problem is listed in `errors`, with its place in the file; nothing was decided",
)
BUSY: Final = Kind(
    "busy",
    503,
    "The service is busy with another draft",
    "one draft of a policy is checked at a time: ask again after the seconds in `Retry-After`",
)
NOT_ACCEPTABLE: Final = Kind(
    "not-acceptable",
    406,
    "The answer cannot be given in a form that is accepted",
    "the header `Accept` leaves out every media type that this resource has",
)
TOO_SLOW: Final = Kind(
    "body-too-slow",
    408,
    "The body did not come in time",
    "send the body at once; nothing was decided",
)
KINDS: Final = (NOT_ACCEPTABLE, BAD_POLICY, BUSY, TOO_SLOW)

NO_ITEMS: Final = Complaint("empty", "the batch is empty", "send 1 to 1,000 requests in `items`")
ITEM_TOO_LARGE: Final = Complaint("item-too-large", "the item has more than 1,048,576 bytes")


def accepts_none(offered: Sequence[str]) -> Complaint:
    """A header `Accept` without any of the media types there are."""
    listed = ", ".join(f"`{one}`" for one in offered)
    return Complaint("not-offered", f"the answer can be had as {listed}", "leave `Accept` out to take what there is")


def most_bytes(most: int) -> str:
    """How large a body may be."""
    return f"a body may have {most:,} bytes here; nothing was decided"


# Simulations.

NO_SUCH_FILE: Final = Complaint("no-such-file", "the release has no such file to take away")


def bad_file_name(name: str) -> Complaint:
    """A name that no policy file has."""
    hint = "write it as in a release: `parameters.yaml`, `credit/credit_tier.yaml`"
    return Complaint("bad-file-name", f"{messages.shown(name)} is not the name of a policy file", hint)


def file_too_large(size: int, most: int) -> Complaint:
    """A file beyond what is checked."""
    return Complaint("file-too-large", f"the file has {size:,} characters; {most:,} are allowed")


def draft_too_large(size: int, most: int) -> Complaint:
    """Files that are more than is checked."""
    return Complaint("draft-too-large", f"the files have {size:,} characters; {most:,} are allowed")


def unknown_policy_parameter(name: str, known: Sequence[str]) -> Complaint:
    """A parameter that the policy does not have."""
    return Complaint(
        "unknown-parameter", f"the policy has no parameter {messages.shown(name)}", "", (name, tuple(known))
    )


def unknown_release(release: str) -> Complaint:
    """A release that the ledger does not hold."""
    return Complaint("unknown-release", f"no release {messages.shown(release)} is on record", "see `/v1/releases`")


def diagnosed(one: Diagnostic) -> Complaint:
    """A diagnostic of a policy."""
    return Complaint(one.code, one.message, one.hint)

SINCE_AFTER_UNTIL: Final = Complaint("empty-range", "`since` is after `until`")
STOPPING: Final = Complaint("stopping", "the service was told to stop", "ask another instance, or this one later")
