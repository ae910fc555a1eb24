"""A request for decisions: from the JSON value of a body to typed members, or to every fault in it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields

from rules.check.checked import CheckedPolicySet
from service import messages, numbers
from service.facts import Facts, faults
from service.fields import Complained, DecisionDate, Strict, Text
from service.ledger.canonical import Written
from service.ledger.entry import utc_text
from service.problems import Fault, Refusal, pointer

MEMBERS: Final = ("decide", "subject", "as_of", "known_at", "facts")
SUBJECT_LENGTH: Final = 200
MOST_ASKED: Final = 1_000
"""Choices of rulesets that are remembered: callers choose them."""
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: rulesets (resolved), whom or what it is about, the decision date, the facts.

    `known_at` is the moment whose knowledge of releases counts, None for the present. `as_given` are the facts
    in the JSON to record, None where they were given otherwise.
    """

    asked: tuple[str, ...]
    subject: str | None
    as_of: dt.date
    facts: Mapping[str, Any]
    known_at: dt.datetime | None = None
    as_given: Written | None = None


class Moment(Strict):
    """A moment as RFC 3339 has it, in UTC and to the microsecond."""

    @property
    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}

    def convert(self, value: Any) -> dt.datetime:
        if not isinstance(value, str):
            raise Complained(messages.wrong_type("a date and time in a string", value))
        if _MOMENT.fullmatch(value):
            try:
                return dt.datetime.fromisoformat(value.upper()).astimezone(dt.UTC)
            except (ValueError, OverflowError):
                pass
        raise Complained(messages.not_a_moment(value))


class Asked(Strict):
    """Names of rulesets, each once."""

    def __init__(self, known: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.known = tuple(known)
        self._names = frozenset(known)
        self._right: dict[tuple[str, ...], tuple[str, ...]] = {}
        """What was right before; most ask for the same again."""

    @property
    def json_schema(self) -> dict[str, Any]:
        names = {"type": "string", "enum": list(self.known)}
        return {"type": "array", "minItems": 1, "uniqueItems": True, "items": names}

    def convert(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise Complained(messages.wrong_type("an array of ruleset names", value))
        if not value:
            raise Complained(messages.EMPTY_LIST)
        try:
            return self._right[tuple(value)]
        except (KeyError, TypeError):
            pass
        wrong = self._wrong(value)
        if wrong:
            raise ValidationError(wrong)
        asked = tuple(value)
        if len(self._right) < MOST_ASKED:
            self._right[asked] = asked
        return asked

    def _wrong(self, value: list[Any]) -> dict[int, list[Any]]:
        """What is wrong with each name, by its position."""
        wrong: dict[int, list[Any]] = {}
        seen: dict[str, None] = {}
        for position, name in enumerate(value):
            if not isinstance(name, str):
                wrong[position] = [messages.wrong_type("a string", name)]
            elif name not in self._names:
                wrong[position] = [messages.unknown_ruleset(name, self.known)]
            elif name in seen:
                wrong[position] = [messages.asked_twice(name)]
            seen[name if isinstance(name, str) else ""] = None
        return wrong


class Requests:
    """Reads requests under one policy."""

    def __init__(self, checked: CheckedPolicySet) -> None:
        self._checked = checked
        self.facts = Facts(checked.policy.facts, checked.policy.calendar.zone)
        self._asked = Asked(tuple(checked.rulesets), label="the rulesets to decide; left out: all that can be")
        self._subject = Text(SUBJECT_LENGTH, label="whom or what it is about; stands in the record")
        self._as_of = DecisionDate(label="the day to decide for; left out: today in the policy's time zone")
        self._known_at = Moment(label="the moment whose releases are known; left out: now")
        self._read_by = {name: self.reads(name) for name in checked.rulesets}

    def schema(self) -> type[Schema]:
        """The request as a marshmallow schema, for the API document."""
        return Schema.from_dict(
            {
                "decide": self._asked,
                "subject": self._subject,
                "as_of": self._as_of,
                "known_at": self._known_at,
                "facts": fields.Nested(self.facts.schema, required=True, unknown=EXCLUDE),
            },
            name="DecisionRequest",
        )

    def read(
        self, value: Any, today: Callable[[], dt.date], known_from: dt.datetime | None, now: dt.datetime
    ) -> Request:
        """The request in a JSON value; `known_at` lies between `known_from` and now.

        Raises `Refusal` (422) with every fault.
        """
        if not isinstance(value, dict):
            raise Refusal(messages.INVALID, (Fault(messages.wrong_type("an object", value), ""),))
        wrong = [
            Fault(messages.unknown_member(name, MEMBERS), pointer((name,))) for name in value if name not in MEMBERS
        ]
        asked = member(self._asked, "decide", value, wrong)
        subject = member(self._subject, "subject", value, wrong)
        as_of = member(self._as_of, "as_of", value, wrong)
        known_at: dt.datetime | None = member(self._known_at, "known_at", value, wrong)
        if known_at is not None and known_at > now:
            wrong.append(Fault(messages.not_yet(value["known_at"]), "/known_at"))
        if known_at is not None and known_from is not None and known_at < known_from:
            wrong.append(Fault(messages.nothing_known(value["known_at"], utc_text(known_from)), "/known_at"))
        facts: dict[str, Any] = {}
        as_given: Written | None = None
        if "facts" not in value:
            wrong.append(Fault(messages.NEEDED, "/facts"))
        else:
            facts, found, as_given = self.facts.read(value["facts"])
            wrong.extend(found)
        if wrong:
            raise Refusal(messages.INVALID, tuple(wrong))
        return Request(asked or self._decidable(facts), subject, as_of or today(), facts, known_at, as_given)

    def reads(self, ruleset: str) -> frozenset[str]:
        """All facts that a ruleset reads, itself or through others."""
        closure = self._checked.closure((ruleset,))
        return frozenset().union(*(self._checked.rulesets[name].facts for name in closure))

    def _decidable(self, facts: Mapping[str, Any]) -> tuple[str, ...]:
        """Every ruleset whose needed facts are all there, and of whose facts at least one is.

        The second half keeps out a ruleset that needs nothing (absence is its finding) where the
        request does not speak of its matter at all.
        """
        given = facts.keys()
        asked = tuple(
            name
            for name, ruleset in self._checked.rulesets.items()
            if ruleset.needs <= given and not self._read_by[name].isdisjoint(given)
        )
        if asked:
            return asked
        raise Refusal(messages.INVALID, (Fault(messages.NOTHING_ASKED, "/facts"), *self._nearest(given)))

    def _nearest(self, given: Any) -> list[Fault]:
        """What the rulesets that lack the fewest facts still lack."""
        lacking = {
            name: tuple(fact for fact in self._checked.policy.facts if fact in ruleset.needs - given)
            for name, ruleset in self._checked.rulesets.items()
            if ruleset.needs
        }
        touched = {name: lack for name, lack in lacking.items() if not self._read_by[name].isdisjoint(given)}
        fewest = sorted((touched or lacking).items(), key=lambda item: len(item[1]))[:3]
        return [Fault(messages.facts_missing(name, lack), "/facts") for name, lack in fewest]


def member(field: Strict, name: str, value: Mapping[str, Any], wrong: list[Fault]) -> Any:
    """One optional member, None where it is absent or null; its faults are added to `wrong`."""
    given = value.get(name)
    if given is None:
        return None
    try:
        return field.convert(given)
    except ValidationError as error:
        wrong.extend(faults(error.messages, (name,), given))
        return None


def request_hash(value: Any) -> bytes:
    """SHA-256 of the JSON value itself, whatever its spacing, order of members or notation of numbers.

    It does not depend on the policy: a retry is recognised after a release, too.
    """
    return hashlib.sha256(canonical(value)).digest()


def canonical(value: Any) -> bytes:
    """The text that stands for a JSON value: without spacing, members sorted, each number in one notation."""
    return orjson.dumps(value, default=_number, option=orjson.OPT_SORT_KEYS)


def _number(value: Any) -> orjson.Fragment:
    """A decimal as the JSON number in its one canonical text, so that 100.0 and 100 are the same."""
    if isinstance(value, Decimal):
        return orjson.Fragment(numbers.text(value))
    raise TypeError(type(value).__name__)
