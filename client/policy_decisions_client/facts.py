"""What is asked, as the JSON that is sent: exact numbers only, and every fault at once."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypedDict

from policy_decisions_client.errors import InvalidFacts

Facts = Mapping[str, Any]
"""Facts by name, nested as in the vocabulary: booleans, integers, Decimal, text, dates, moments, lists of records."""

_DEEPEST: Final = 32


class About(TypedDict, total=False):
    """What a request may hold besides its facts."""

    decide: Sequence[str] | None
    """The rulesets to decide; left out: all that the facts suffice for."""
    subject: str | None
    """Whom or what it is about; stands in the record."""
    as_of: dt.date | None
    """The day to decide for; left out: today in the policy's time zone."""
    known_at: dt.datetime | None
    """The moment whose releases of the policy are known; left out: now."""


class Tried(TypedDict, total=False):
    """What a simulation may try; left out: the release that a decision would be made by."""

    parameters: Mapping[str, Any]
    """Other values of the policy's parameters, by name."""
    files: Mapping[str, str | None]
    """Policy files by name that replace those of the release, or are added to it; None takes one away."""
    release: str
    """A recorded release to decide by."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request for decisions, for `batch`; the members are those of `About`."""

    facts: Facts
    decide: Sequence[str] | None = None
    subject: str | None = None
    as_of: dt.date | None = None
    known_at: dt.datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """The members that are given. Raises `InvalidFacts` with everything that JSON cannot hold exactly."""
        given = {name: getattr(self, name) for name in ("decide", "subject", "as_of", "known_at")}
        members = {name: value for name, value in given.items() if value is not None}
        written: dict[str, Any] = checked({**members, "facts": self.facts})
        return written


def trial(tried: Tried) -> dict[str, Any]:
    """The members of a simulation besides those of a request. Raises `InvalidFacts`."""
    written: dict[str, Any] = checked(dict(tried))
    if "files" in written:
        written["policy"] = {"files": written.pop("files")}
    return written


def body(value: Mapping[str, Any]) -> bytes:
    """The bytes of a request's body."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def checked(value: Any) -> Any:
    """The value as JSON takes it. Raises `InvalidFacts`."""
    faults: list[tuple[str, str]] = []
    written = _written(value, "", faults)
    if faults:
        raise InvalidFacts(faults)
    return written


def _written(value: Any, place: str, faults: list[tuple[str, str]]) -> Any:
    if isinstance(value, Mapping | list | tuple) and place.count("/") >= _DEEPEST:
        faults.append((place, f"nested deeper than {_DEEPEST} levels"))
        return None
    if isinstance(value, Mapping):
        return dict(_members(value, place, faults))
    if isinstance(value, list | tuple):
        return [_written(item, f"{place}/{step}", faults) for step, item in enumerate(value)]
    why = _refused(value)
    if why is not None:
        faults.append((place, why))
        return None
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _members(value: Mapping[Any, Any], place: str, faults: list[tuple[str, str]]) -> Iterator[tuple[str, Any]]:
    for name, item in value.items():
        if not isinstance(name, str) or not _is_text(name):
            faults.append((place, f"{name!r} is not the name of a member"))
            continue
        step = name.replace("~", "~0").replace("/", "~1")
        yield name, _written(item, f"{place}/{step}", faults)


def _refused(value: Any) -> str | None:
    """Why a single value cannot be sent, None if it can."""
    match value:
        case float() | Decimal() if not math.isfinite(value):
            return f"{value} is not a number"
        case float():
            return f"a float is not exact: write Decimal({str(value)!r}), or a string"
        case dt.datetime() if value.utcoffset() is None:
            return "a date and time needs its offset from UTC"
        case str() if not _is_text(value):
            return "the text has half a surrogate pair, which UTF-8 cannot hold"
        case None | bool() | int() | str() | Decimal() | dt.date():
            return None
    return f"a value of type {type(value).__name__} cannot be sent"


def _is_text(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)
