"""All that the service tells a caller who sent something wrong: codes, texts, hints; of JSON, `messages_json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service import messages_callers, messages_personal
from service.problems import Complaint, Kind

NOT_JSON: Final = Kind(
    "not-json",
    400,
    "The body is not JSON",
    "the body cannot be read as JSON without doubt; nothing was decided",
)
BAD_HEADER: Final = Kind("invalid-header", 400, "A header is not valid", "nothing was decided")
BAD_HTTP: Final = Kind("bad-request", 400, "The request is not valid HTTP", "the request cannot be read")
NOT_FOUND: Final = Kind("not-found", 404, "There is no such resource", "nothing is known under this address")
NOT_ALLOWED: Final = Kind(
    "method-not-allowed", 405, "The method is not allowed here", "see the header `Allow` for what is"
)
KEY_CONFLICT: Final = Kind(
    "idempotency-conflict",
    409,
    "The idempotency key was used for another request",
    "the key in `Idempotency-Key` belongs to a decision on other facts; nothing was decided",
)
UNUSABLE_RELEASE: Final = Kind(
    "release-unusable",
    409,
    "The release cannot be carried out",
    "this version of the service cannot decide by the release that counts here; the failure is logged",
)
ALREADY_DONE: Final = Kind(
    "already-done",
    409,
    "The action is recorded as done",
    "it was reported before, by another person or in other words: see the member `done`; nothing was recorded",
)
TOO_LARGE: Final = Kind(
    "body-too-large", 413, "The body is too large", "a body has a limit of bytes; nothing was decided"
)
BAD_MEDIA_TYPE: Final = Kind(
    "unsupported-media-type",
    415,
    "The body is not sent as JSON",
    "send `Content-Type: application/json`, in UTF-8 and not compressed; nothing was decided",
)
INVALID: Final = Kind(
    "invalid-request",
    422,
    "The request is not valid",
    "every problem is listed in `errors`; nothing was decided",
)
BAD_QUERY: Final = Kind(
    "invalid-query",
    422,
    "The query is not valid",
    "every problem is listed in `errors`; nothing was done",
)
INTERNAL: Final = Kind("internal-error", 500, "The service failed", "the failure is logged; nothing of it is told here")
UNAVAILABLE: Final = Kind(
    "ledger-unavailable",
    503,
    "The ledger cannot be written or read",
    "no answer leaves without its record; ask again with the same idempotency key",
)
NOT_READY: Final = Kind("not-ready", 503, "The service is not ready", "see `errors` for what is missing")

KINDS: Final = (
    NOT_JSON, BAD_HEADER, BAD_HTTP, NOT_FOUND, NOT_ALLOWED, KEY_CONFLICT, UNUSABLE_RELEASE, TOO_LARGE, BAD_MEDIA_TYPE,
    INVALID, ALREADY_DONE, BAD_QUERY, INTERNAL, UNAVAILABLE, NOT_READY, *messages_callers.KINDS,
    *messages_personal.KINDS,
)  # fmt: skip

_SHOWN = 60


def shown(text: str) -> str:
    """The caller's own text, in backticks, cut to a length and with what cannot be printed escaped."""
    cut = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    printable = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
    return f"`{printable}`"


def kind_of(value: object) -> str:
    """What a JSON value is, in the words of JSON."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "a string"
        case list():
            return "an array"
        case dict():
            return "an object"
    return "a number"


# Members and their types.

NEEDED: Final = Complaint("required", "the member is required")
EMPTY_LIST: Final = Complaint("empty", "the list is empty", "leave the member out to ask for all that can be decided")
CONTROL: Final = Complaint("control-character", "the text has a control character")


def wrong_type(expected: str, value: object, hint: str = "") -> Complaint:
    """Another kind of JSON value than the one that belongs here."""
    return Complaint("wrong-type", f"expected {expected}, not {kind_of(value)}", hint)


def unknown_member(name: str, known: Sequence[str], hint: str = "") -> Complaint:
    """A member of the request, or of a list item, that does not exist."""
    return Complaint("unknown-member", f"there is no member {shown(name)} here", hint, (name, tuple(known)))


def unknown_fact(name: str, known: Sequence[str], hint: str = "") -> Complaint:
    """A fact that the vocabulary does not have."""
    return Complaint("unknown-fact", f"the vocabulary has no fact {shown(name)}", hint, (name, tuple(known)))


def nested_hint(name: str) -> str:
    """How a dotted fact is written in JSON."""
    parts = name.split(".")
    return "write it nested: `" + "".join(f'{{"{part}": ' for part in parts) + "…" + "}" * len(parts) + "`"


def unknown_ruleset(name: str, known: Sequence[str]) -> Complaint:
    """A ruleset that the policy does not have."""
    return Complaint("unknown-ruleset", f"there is no ruleset {shown(name)}", "", (name, tuple(known)))


def asked_twice(name: str) -> Complaint:
    """A ruleset that stands twice in `decide`."""
    return Complaint("repeated", f"the ruleset {shown(name)} is asked for more than once")


def not_allowed(value: str, allowed: Sequence[str]) -> Complaint:
    """A text that is none of the values of its enum."""
    listed = ", ".join(f"`{name}`" for name in allowed[:20])
    return Complaint("not-allowed-value", f"{shown(value)} is none of {listed}", "", (value, tuple(allowed)))


def not_numeric(value: str) -> Complaint:
    """A string that should hold a number and does not."""
    return Complaint("not-a-number", f"{shown(value)} is not a number", 'write it as in JSON, for example "1234.50"')


def not_integral(text: str) -> Complaint:
    """A fraction where a whole number belongs."""
    return Complaint("not-an-integer", f"{shown(text)} is not a whole number")


def too_many_places(text: str, places: int) -> Complaint:
    """More decimal places than the type has."""
    return Complaint("too-many-decimals", f"{shown(text)} has more than {places} decimal places")


def too_small(text: str, minimum: str) -> Complaint:
    """Below the inclusive minimum."""
    return Complaint("below-minimum", f"{shown(text)} is less than {minimum}")


def too_large(text: str, maximum: str) -> Complaint:
    """Above the inclusive maximum."""
    return Complaint("above-maximum", f"{shown(text)} is more than {maximum}")


def too_long(length: int, longest: int) -> Complaint:
    """A text beyond its length."""
    return Complaint("too-long", f"the text has {length} characters; {longest} are allowed")


def too_many(length: int, most: int) -> Complaint:
    """A list beyond its length."""
    return Complaint("too-many-items", f"the list has {length} items; {most} are allowed")


def not_a_date(text: str) -> Complaint:
    """Not a day of the calendar in the one accepted notation."""
    return Complaint("not-a-date", f"{shown(text)} is not a day of the calendar", "write it as YYYY-MM-DD")


def not_a_moment(text: str) -> Complaint:
    """Not a date and time with an offset in the one accepted notation."""
    hint = "write it with its offset, as in 2026-11-23T09:00:00+08:00"
    return Complaint("not-a-date-and-time", f"{shown(text)} is not a date and time with its offset from UTC", hint)


def not_yet(text: str) -> Complaint:
    """A moment of knowledge that has not come."""
    return Complaint("in-the-future", f"{shown(text)} is in the future; what will be known then is not known yet")


def nothing_known(text: str, first: str) -> Complaint:
    """A moment of knowledge before any release."""
    return Complaint("before-any-release", f"at {shown(text)} no release was recorded; the first one is of {first}")


def date_out_of_range(text: str) -> Complaint:
    """A date that no deadline could be counted from."""
    return Complaint("date-out-of-range", f"{shown(text)} is not between 1900-01-01 and 2999-12-31")


# What cannot be carried out as asked.


def facts_missing(ruleset: str, missing: Sequence[str]) -> Complaint:
    """`decide` is left out and the facts do not suffice for this ruleset."""
    listed = ", ".join(f"`{name}`" for name in missing)
    return Complaint("facts-missing", f"`{ruleset}` cannot be decided without {listed}")


NOTHING_ASKED: Final = Complaint(
    "nothing-decidable",
    "`decide` is left out and no ruleset has all its facts",
    "name the rulesets in `decide`, or add the facts named here",
)
BAD_KEY: Final = Complaint("invalid-idempotency-key", "the key must be 1 to 255 visible ASCII characters")

LEDGER_STOPPED: Final = Complaint("ledger-stopped", "the ledger takes no more entries", "restart the service")


KEY_OF_ANOTHER: Final = "the key in `Idempotency-Key` belongs to another request; nothing was recorded"
NO_NAME: Final = Complaint("blank", "nothing is written here", "say who carried it out: a role or a name")


def done_later(text: str) -> Complaint:
    """An action reported as done at a time to come."""
    return Complaint("in-the-future", f"{shown(text)} is in the future", "leave it out to say now")


# What an outcome says of itself.


def conflict_detail(rules: Sequence[str], hit_policy: str) -> str:
    """Why an outcome is a conflict."""
    return f"{', '.join(rules)} contradict each other under the hit policy {hit_policy}"


DISAGREEMENT: Final = "the engine and the interpreter disagree; both answers are in the record"


def beyond_json(value: str) -> str:
    """An integer that JSON readers do not hold."""
    return f"{shown(value)} is not a whole number within ±9,007,199,254,740,991"
